import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeV1Metrics, decodeV2Metrics } from "../../protocol/gen/cgroups.ts";
import { statsAny } from "./stats.ts";

const sample = JSON.stringify({
  cpu: {
    usage: { total: 5_000_000, kernel: 2_000_000, user: 3_000_000 },
    throttling: { periods: 4, throttledPeriods: 1, throttledTime: 7000 },
  },
  memory: {
    usage: { usage: 1000, limit: 4096, max: 2000, failcnt: 3 },
    swap: { usage: 1500, limit: 2 ** 64, failcnt: 0 },
    raw: { anon: 10, file: 20, inactive_file: 8, pgfault: 99, slab: 5 },
  },
  pids: { current: 2, limit: 2 ** 64 },
  blkio: {
    ioServiceBytesRecursive: [
      { major: 8, op: "Read", value: 512 },
      { major: 8, op: "Write", value: 256 },
    ],
    ioServicedRecursive: [{ major: 8, op: "Read", value: 1 }],
  },
  hugetlb: { "2MB": { usage: 1, max: 2, failcnt: 0 } },
  network_interfaces: [{ Name: "eth0", RxBytes: 7, TxPackets: 9 }],
});

test("statsAny() for a host with cgroup v1 has usage, working set and what readers take for granted", () => {
  const { typeUrl, value } = statsAny(sample, false);
  assert.equal(typeUrl, "io.containerd.cgroups.v1.Metrics");
  const { memory, cpu, pids, blkio, network } = decodeV1Metrics(value);
  assert.deepEqual(memory?.usage, { limit: 4096n, usage: 1000, max: 2000, failcnt: 3 });
  assert.equal(memory?.swap?.limit, 2n ** 64n - 1n);
  assert.deepEqual([memory?.rss, memory?.cache, memory?.totalInactiveFile, memory?.pgFault], [10, 20, 8, 99]);
  assert.deepEqual(cpu, {
    usage: { total: 5_000_000, kernel: 2_000_000, user: 3_000_000 },
    throttling: { periods: 4, throttledPeriods: 1, throttledTime: 7000 },
  });
  assert.deepEqual(pids, { current: 2, limit: 0 });
  assert.deepEqual(
    blkio?.ioServiceBytesRecursive.map(({ op, value: bytes }) => [op, bytes]),
    [
      ["Read", 512],
      ["Write", 256],
    ],
  );
  assert.deepEqual([network[0]?.name, network[0]?.rxBytes, network[0]?.txPackets], ["eth0", 7, 9]);
  const empty = decodeV1Metrics(statsAny("{}", false).value);
  assert.ok(empty.cpu?.usage && empty.cpu.throttling, "docker reads these without looking");
});

test("statsAny() for a host with cgroup v2 counts in microseconds, and swap without memory", () => {
  const { typeUrl, value } = statsAny(sample, true);
  assert.equal(typeUrl, "io.containerd.cgroups.v2.Metrics");
  const { memory, cpu, io, hugetlb } = decodeV2Metrics(value);
  assert.deepEqual([cpu?.usageUsec, cpu?.systemUsec, cpu?.throttledUsec], [5000, 2000, 7]);
  assert.deepEqual([memory?.usage, memory?.usageLimit, memory?.swapUsage, memory?.inactiveFile, memory?.slab], [1000, 4096n, 500, 8, 5]);
  assert.deepEqual(io?.usage, [{ major: 8, minor: 0, rbytes: 512, wbytes: 256, rios: 1, wios: 0 }]);
  assert.deepEqual(hugetlb, [{ pagesize: "2MB", current: 1, max: 2 }]);
});
