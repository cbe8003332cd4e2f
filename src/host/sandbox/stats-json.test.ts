import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeStatsContainerResponse, encodeStatsContainerResponse } from "../../protocol/gen/agent.ts";
import { statsJson } from "./stats-json.ts";

type Sent = Parameters<typeof encodeStatsContainerResponse>[0];
const most = (1n << 64n) - 1n;

/** What the host makes of what the agent sent. */
function printed(sent: Sent): string {
  return statsJson(decodeStatsContainerResponse(encodeStatsContainerResponse(sent)));
}

test("statsJson() writes an empty answer as runc writes a cgroup without counters", () => {
  assert.equal(
    printed({}),
    '{"cpu":{"usage":{"kernel":0,"user":0},"throttling":{}},"cpuset":{"cpu_exclusive":0,"mem_hardwall":0,"mem_exclusive":0,' +
      '"memory_migrate":0,"memory_spread_page":0,"memory_spread_slab":0,"memory_pressure":0,"sched_load_balance":0,' +
      '"sched_relax_domain_level":0},"memory":{"usage":{"limit":0,"failcnt":0},"swap":{"limit":0,"failcnt":0},' +
      '"kernel":{"limit":0,"failcnt":0},"kernelTCP":{"limit":0,"failcnt":0}},"pids":{},"blkio":{},"hugetlb":{},"intel_rdt":{},' +
      '"network_interfaces":null}',
  );
});

test("statsJson() counts swap together with memory, and keeps the largest number exact", () => {
  const memory = (usage: bigint, limit: bigint) => ({ usage, limit, maxUsage: 9n, failcnt: 1n });
  const text = printed({ cgroupStats: { memoryStats: { usage: memory(10n, 100n), swapUsage: memory(5n, 50n) } } });
  assert.match(text, /"usage":\{"limit":100,"usage":10,"max":9,"failcnt":1\},"swap":\{"limit":150,"usage":15,"failcnt":1\}/);
  const unlimited = printed({ cgroupStats: { memoryStats: { usage: memory(10n, most), swapUsage: memory(5n, 50n) } } });
  assert.match(unlimited, /"swap":\{"limit":18446744073709551615,/);
});

test("statsJson() sorts what is a map and reads pressure files", () => {
  const pressure = { "cpu.pressure": "some avg10=1.50 avg60=0.00 avg300=0.25 total=12\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n" };
  const text = printed({ cgroupStats: { memoryStats: { stats: { file: 2n, anon: 1n } } }, pressure });
  assert.match(text, /"raw":\{"anon":1,"file":2\}/);
  assert.deepEqual((JSON.parse(text) as { cpu: { psi: unknown } }).cpu.psi, {
    some: { avg10: 1.5, avg60: 0, avg300: 0.25, total: 12 },
    full: { avg10: 0, avg60: 0, avg300: 0, total: 0 },
  });
});

test("statsJson() shows interfaces and devices with their numbers", () => {
  const text = printed({
    cgroupStats: { blkioStats: { ioServiceBytesRecursive: [{ major: 8, minor: 0, op: "Read", value: 4096n }] } },
    networkStats: [{ name: "lo", rxBytes: 3n }],
  });
  assert.match(text, /"ioServiceBytesRecursive":\[\{"major":8,"op":"Read","value":4096\}\]/);
  assert.match(text, /"network_interfaces":\[\{"Name":"lo","RxBytes":3,"RxPackets":0,/);
});
