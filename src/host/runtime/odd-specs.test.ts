import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "../../base/fault.ts";
import { containerType } from "../../oci/container-type.ts";
import { parseSpec } from "../../oci/parse.ts";
import { stringifyExactJson } from "../../oci/shape.ts";
import type { Spec } from "../../oci/spec.ts";
import { oddSpecText } from "../../oci/testing/odd-specs.ts";
import { findUnsupported } from "../../oci/unsupported.ts";
import { cgroupDirectory } from "../cgroup/places.ts";
import { announcedDemand, demandOf } from "../sandbox/demand.ts";
import { mergeResources } from "../sandbox/merge-resources.ts";

const count = Number(process.env["KATA_TEST_SPECS"] ?? 3000);
const hierarchy = { device: "0:1", mountPoint: "/sys/fs/cgroup", root: "/", version: 2, readOnly: false, controllers: [] } as const;

/** undefined when it is refused; anything but a Fault is a crash. */
function attempt<T>(seed: number, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    assert.ok(error instanceof Fault, `seed ${seed}: ${String(error)}`);
    assert.ok(error.message.length < 2000, `seed ${seed}: a message of ${error.message.length} characters`);
    return undefined;
  }
}

function plan(seed: number, spec: Spec): void {
  const { fields, warnings } = findUnsupported(spec);
  assert.ok([...fields, ...warnings].every((each) => typeof each === "string"));
  attempt(seed, () => containerType("c", spec.annotations));
  for (const { memoryBytes, cpus } of [announcedDemand(spec.annotations ?? {}), demandOf(spec.linux?.resources ?? {})])
    assert.ok(memoryBytes >= 0 && cpus >= 0 && Number.isFinite(memoryBytes + cpus), `seed ${seed}`);
  const directory = attempt(seed, () => cgroupDirectory(hierarchy, new Map(), { cgroupsPath: spec.linux?.cgroupsPath, id: "c" }));
  assert.ok(directory === undefined || directory.startsWith("/sys/fs/cgroup"), `seed ${seed}: ${directory}`);
  const resources = spec.linux?.resources;
  if (resources) mergeResources(resources, resources);
}

test(`${count} odd specifications: each is planned or refused with a message, and the guest reads what the host has read`, (t) => {
  let accepted = 0;
  for (let seed = 0; seed < count; seed++) {
    const spec = attempt(seed, () => parseSpec(oddSpecText(seed), "config.json"));
    if (!spec) continue;
    accepted++;
    plan(seed, spec);
    assert.deepEqual(parseSpec(stringifyExactJson(spec), "config.json"), spec, `seed ${seed}`);
  }
  t.diagnostic(`${accepted} of ${count} can be read`);
  assert.ok(accepted > count / 20 && accepted < count / 2 + count / 3, `${accepted} of ${count} were accepted: the generator is off`);
});
