/** Each feature on runc and on kata: the output is the same. KATA_ENGINE_TABLE names a file that gets the table. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { type Feature, features } from "./docker-features.ts";
import { Dockerd, type Runtime } from "./dockerd.ts";

const engine = new Dockerd();
const rows: string[] = [];
before(() => engine.start());
after(async () => {
  await engine.stop();
  const table = process.env["KATA_ENGINE_TABLE"];
  if (table) writeFileSync(table, `${["| feature | runc | kata | note |", "|---|---|---|---|", ...rows].join("\n")}\n`);
});

const outcome = (feature: Feature, index: number, runtime: Runtime): Promise<string> =>
  engine.script(feature.script, { runtime, name: `f${index}-${runtime}`, port: (runtime === "kata" ? 8100 : 8000) + index });

features.forEach((feature, index) => {
  test(feature.name, async () => {
    const runc = await outcome(feature, index, "runc");
    assert.match(runc, feature.shows, "runc");
    const kata = await outcome(feature, index, "kata");
    rows.push(`| ${feature.name} | yes | ${kata === runc ? "the same" : "differs"} | ${feature.differs?.why ?? ""} |`);
    if (feature.differs === undefined) assert.equal(kata, runc);
    else assert.match(kata, feature.differs.shows, "kata");
  });
});
