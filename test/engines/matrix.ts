/** Each feature on another runtime and on kata: the output is the same. KATA_ENGINE_TABLE names a file that gets the table. */
import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Engine } from "./engine.ts";
import type { Feature } from "./features.ts";

export interface Matrix {
  readonly title: string;
  readonly engine: Engine;
  readonly features: readonly Feature[];
  /** What is right is what this one does. */
  readonly peer: string;
  readonly kata: string;
}

export function testMatrix({ title, engine, features, peer, kata }: Matrix): void {
  const rows: string[] = [];
  before(() => engine.start());
  after(async () => {
    await engine.stop();
    const table = process.env["KATA_ENGINE_TABLE"];
    const head = [`## ${title}`, "", `| feature | ${peer} | kata | note |`, "|---|---|---|---|"];
    if (table) appendFileSync(table, `${[...head, ...rows].join("\n")}\n\n`);
  });
  features.forEach((feature, index) => {
    test(`${title}: ${feature.name}`, async () => {
      const outcome = (runtime: string, port: number): Promise<string> =>
        engine.script(feature.script, { runtime, name: `f${index}-${port}`, port });
      const right = await outcome(peer, 8000 + index);
      assert.match(right, feature.shows, peer);
      const ours = await outcome(kata, 8100 + index);
      rows.push(`| ${feature.name} | yes | ${ours === right ? "the same" : "differs"} | ${feature.differs?.why ?? ""} |`);
      if (feature.differs) assert.match(ours, feature.differs.shows, "kata");
      else if (feature.own) assert.match(ours, feature.shows, "kata");
      else assert.equal(ours, right);
    });
  });
}
