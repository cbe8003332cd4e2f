/** Odd specifications through the program itself: each runs or is refused with a message, in time, and leaves nothing. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { oddSpecText } from "../../src/oci/testing/odd-specs.ts";
import { World } from "../support/world.ts";

let world: World;
let earlier: Set<string>;

before(() => {
  world = new World();
  earlier = world.snapshot();
});
after(() => world.dispose());

/** `make soak` asks for more. */
const count = Number(process.env["KATA_TEST_BUNDLES"] ?? 24);

type Document = Record<string, unknown>;
const isDocument = (value: unknown): value is Document => typeof value === "object" && value !== null && !Array.isArray(value);

/** What is refused in every specification of the generator, or lets no program run: nothing behind it would be reached. */
const refused = [
  "linux.netDevices",
  "linux.intelRdt",
  "linux.seccomp",
  "process.scheduler",
  "linux.memoryPolicy",
  "process.rlimits",
  "linux.resources.memory",
  "linux.resources.unified",
  "linux.resources.cpu.idle",
  "linux.resources.rdma",
  "linux.resources.network",
  "linux.resources.blockIO",
  "linux.resources.cpu.realtimeRuntime",
  "linux.resources.cpu.realtimePeriod",
];

function drop(document: Document, path: string): void {
  const [name = "", ...rest] = path.split(".");
  if (rest.length === 0) delete document[name];
  else if (isDocument(document[name])) drop(document[name], rest.join("."));
}

/** Its network is its own, and nothing of the host is bound. */
function reaching(text: string): string {
  let spec: unknown;
  try {
    spec = JSON.parse(text);
  } catch {
    return text;
  }
  if (!isDocument(spec)) return text;
  for (const path of refused) drop(spec, path);
  if (isDocument(spec["process"])) spec["process"]["terminal"] = false;
  const { linux, mounts } = spec;
  const namespaces = isDocument(linux) && Array.isArray(linux["namespaces"]) ? linux["namespaces"] : [];
  for (const each of namespaces) if (isDocument(each)) delete each["path"];
  const dev = { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["mode=755"] };
  if (Array.isArray(mounts)) spec["mounts"] = [dev, ...mounts.filter((each) => !isDocument(each) || each["type"] !== "bind")];
  return JSON.stringify(spec);
}

test(`${count} odd specifications: each runs or is refused with a message, and nothing is left of it`, async (t) => {
  const bundle = world.bundle(["true"]);
  mkdirSync(join(bundle, "rootfs/data"));
  let ran = 0;
  for (let seed = 0; seed < count; seed++) {
    writeFileSync(join(bundle, "config.json"), reaching(oddSpecText(seed)));
    const { code, stderr } = await world.kata(["run", "-b", bundle, `odd-${seed}`], { timeoutMs: 60_000 });
    const message = `seed ${seed}, exit code ${code}: ${stderr}`;
    if (code === 0) ran++;
    else assert.match(stderr, /level=error msg=/, message);
    assert.doesNotMatch(stderr, /TypeError|RangeError|ReferenceError|not a function|undefined|internal error/, message);
    assert.ok(stderr.length < 8000, message);
    assert.equal((await world.kata(["list", "-q"])).stdout, "", message);
  }
  t.diagnostic(`${ran} of ${count} ran`);
  assert.ok(ran > 0, "none ran: the generator is off");
  assert.deepEqual(world.changes(earlier), []);
});
