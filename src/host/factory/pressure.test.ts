import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryPressure } from "./pressure.ts";

const meminfo = (total: number, available: number): string =>
  `MemTotal:       ${total} kB\nMemFree:          1000 kB\nMemAvailable:   ${available} kB\n`;
const stalls = (percent: string): string =>
  `some avg10=${percent} avg60=1.00 avg300=0.00 total=1\nfull avg10=99.00 avg60=0.00 avg300=0.00 total=0\n`;

test("memoryPressure() finds nothing against a host with memory to spare, whether or not its kernel counts stalls", () => {
  assert.equal(memoryPressure(meminfo(1_000_000, 50_000), undefined), undefined);
  assert.equal(memoryPressure(meminfo(1_000_000, 900_000), stalls("10.00")), undefined);
});

test("memoryPressure() says how much is available and how much must be", () => {
  assert.equal(memoryPressure(meminfo(2 << 20, 51_200), undefined), "memory is short: 50 MiB of 2048 are available, must be 5 %");
});

test("memoryPressure() minds processes that wait for memory, though there seems to be some", () => {
  assert.match(memoryPressure(meminfo(1_000_000, 900_000), stalls("10.01")) ?? "", /^memory is short: processes waited .* 10\.01 %/);
});
