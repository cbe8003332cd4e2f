import assert from "node:assert/strict";
import { test } from "node:test";
import { metricsPage } from "../runtime/metric-family.ts";
import { Histogram } from "./histogram.ts";

test("a histogram's buckets are cumulative, and the last has everything", () => {
  const histogram = new Histogram([1, 10]);
  for (const value of [0.5, 1, 2, 100]) histogram.count(value);
  const text = metricsPage([{ labels: 'a="b"', families: [histogram.family("h", "H.")] }]);
  assert.equal(
    text,
    '# HELP h H.\n# TYPE h histogram\nh_bucket{a="b",le="1"} 2\nh_bucket{a="b",le="10"} 3\nh_bucket{a="b",le="+Inf"} 4\nh_sum{a="b"} 103.5\nh_count{a="b"} 4\n',
  );
});
