import assert from "node:assert/strict";
import { test } from "node:test";
import { family, labelText, metricsPage } from "./metric-family.ts";

test("metricsPage() explains each name once, with the samples of all sources behind it", () => {
  const load = (value: number) => family("load", "gauge", "Load.", [["one", value]]);
  const sources = [
    { labels: 'id="a"', families: [...load(1), ...family("total", "counter", "Total.", [["", 5]])] },
    { labels: "", families: load(3) },
    { labels: 'id="b"', families: load(2) },
  ];
  assert.equal(
    metricsPage(sources),
    `# HELP load Load.
# TYPE load gauge
load{id="a",item="one"} 1
load{item="one"} 3
load{id="b",item="one"} 2
# HELP total Total.
# TYPE total counter
total{id="a"} 5
`,
  );
});

test("labelText() escapes what would end a value", () => {
  assert.equal(labelText({ a: 'x"y\\z\n', b: undefined, c: "" }), 'a="x\\"y\\\\z\\n",c=""');
});
