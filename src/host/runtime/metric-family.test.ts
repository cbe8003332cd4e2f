import assert from "node:assert/strict";
import { test } from "node:test";
import { family, histogramFamily, labelText, metricsPage } from "./metric-family.ts";

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

test("histogramFamily() is cumulative, and its last bucket has everything", () => {
  const rows = [
    { labels: 'action="x"', counts: [2, 1, 1], sum: 103.5 },
    { labels: "", counts: [0, 0, 3], sum: 60 },
  ];
  assert.equal(
    metricsPage([{ labels: 'a="b"', families: [histogramFamily("h", "H.", [1, 10], rows)] }]),
    `# HELP h H.
# TYPE h histogram
h_bucket{a="b",action="x",le="1"} 2
h_bucket{a="b",action="x",le="10"} 3
h_bucket{a="b",action="x",le="+Inf"} 4
h_sum{a="b",action="x"} 103.5
h_count{a="b",action="x"} 4
h_bucket{a="b",le="1"} 0
h_bucket{a="b",le="10"} 0
h_bucket{a="b",le="+Inf"} 3
h_sum{a="b"} 60
h_count{a="b"} 3
`,
  );
});

test("labelText() escapes what would end a value", () => {
  assert.equal(labelText({ a: 'x"y\\z\n', b: undefined, c: "" }), 'a="x\\"y\\\\z\\n",c=""');
});
