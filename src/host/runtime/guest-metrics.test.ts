import assert from "node:assert/strict";
import { test } from "node:test";
import { guestFamilies } from "./guest-metrics.ts";
import { metricsPage } from "./metric-family.ts";

const page = (text: string): string => metricsPage([{ labels: "", families: guestFamilies(text) }]);

test("guestFamilies() keeps the guest's metrics and nothing that would spoil a page or speak for the host", () => {
  const right = [
    "# HELP kata_guest_load Guest system load.",
    "# TYPE kata_guest_load gauge",
    'kata_guest_load{item="load1"} 0.25',
    'kata_guest_load{item="load5"} 1e-3',
    "# HELP kata_agent_total_rss Of the guest.",
    "# TYPE kata_agent_total_rss untyped",
    "kata_agent_total_rss 4096",
  ];
  const wrong = [
    "# TYPE kata_hypervisor_fds counter",
    "# TYPE kata_guest_load nonsense",
    "# TYPE kata_guest_empty gauge",
    "kata_hypervisor_fds 1",
    "kata_guest_load --e",
    "kata_guest_load NaN()",
    'kata_guest_load{item="load1"} 7',
    'kata_guest_load{item="a\\"} 7',
    'kata_guest_load{item="a",item="b"} 7',
    'kata_guest_load{sandbox_id="other"} 7',
    'kata_guest_load{item="a",cri_uid="other"} 7',
    "kata_guest_load",
    "anything",
  ];
  const given = [right[0], right[1], right[2], right[3], right[6], ...wrong];
  assert.equal(page(given.join("\n")), `${right.join("\n")}\n`);
});

test("samples of a name that come apart in the guest's text are put together", () => {
  const text = 'kata_guest_a{i="1"} 1\nkata_guest_b 2\nkata_guest_a{i="2"} 3\n';
  assert.match(page(text), /kata_guest_a\{i="1"\} 1\nkata_guest_a\{i="2"\} 3\n# HELP kata_guest_b/);
});

test("a flood is cut: 2000 samples of one guest, and names and values of bounded length", () => {
  const flood = Array.from({ length: 3000 }, (_, i) => `kata_guest_x{i="${i}"} 1`).join("\n");
  assert.equal(guestFamilies(flood)[0]?.samples.length, 2000);
  assert.deepEqual(guestFamilies(`kata_guest_${"x".repeat(200)} 1\nkata_guest_y{i="${"x".repeat(200)}"} 1\n`), []);
});
