import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCommandLine } from "./parse.ts";
import { resourcesOfOptions } from "./update-resources.ts";

function resources(...args: string[]): unknown {
  const { invocation } = parseCommandLine(["rt", "update", ...args, "c1"], {
    environment: () => undefined,
    effectiveUid: () => 0,
    currentDirectory: () => "/",
  });
  assert.ok(invocation.command === "update", JSON.stringify(invocation));
  return resourcesOfOptions(invocation.options);
}

test("update without options changes nothing", () => {
  assert.deepEqual(resources(), {});
});

test("update takes each option of runc", () => {
  assert.deepEqual(
    resources(
      ...["--blkio-weight", "500", "--cpu-period", "20000", "--cpu-quota", "-1", "--cpu-burst", "100", "--cpu-share", "512"],
      ...["--cpu-rt-period", "1000", "--cpu-rt-runtime", "900", "--cpuset-cpus", "0-1", "--cpuset-mems", "0", "--cpu-idle", "0"],
      ...["--memory", "64m", "--memory-reservation", "32MiB", "--memory-swap", "-1", "--pids-limit", "0"],
      ...["--kernel-memory", "1", "--kernel-memory-tcp", "1"],
    ),
    {
      cpu: {
        shares: 512,
        quota: -1,
        period: 20000,
        burst: 100,
        realtimeRuntime: 900,
        realtimePeriod: 1000,
        cpus: "0-1",
        mems: "0",
        idle: 0,
      },
      memory: { limit: 64 << 20, reservation: 32 << 20, swap: -1 },
      blockIO: { weight: 500 },
      pids: { limit: 0 },
    },
  );
});

for (const [text, bytes] of [
  ["512", 512],
  ["512b", 512],
  ["4k", 4096],
  ["1.5G", 1.5 * 2 ** 30],
  ["2 tib", 2 * 2 ** 40],
  ["-1", -1],
] as const) {
  test(`update reads the size ${text} as ${bytes}`, () => assert.deepEqual(resources("--memory", text), { memory: { limit: bytes } }));
}

test("update keeps numbers beyond 2^53 exact", () => {
  assert.deepEqual(resources("--cpu-share", "18446744073709551615"), { cpu: { shares: 18446744073709551615n } });
});

for (const [args, message] of [
  [["--memory", "lots"], "invalid value for memory: invalid size: 'lots'"],
  [["--memory", "-2"], "invalid value for memory: invalid size: '-2'"],
  [["--memory-swap", "9999999999999p"], "invalid value for memory-swap: invalid size: '9999999999999p'"],
  [["--cpu-period", "-5"], 'invalid value for cpu-period: strconv.ParseUint: parsing "-5": invalid syntax'],
  [["--cpu-quota", "x"], 'invalid value for cpu-quota: strconv.ParseInt: parsing "x": invalid syntax'],
  [
    ["--cpu-share", "18446744073709551616"],
    'invalid value for cpu-share: strconv.ParseUint: parsing "18446744073709551616": value out of range',
  ],
  [["--blkio-weight", "5"], "invalid value for blkio-weight: 5 must be from 10 to 1000"],
] as const) {
  test(`update refuses ${args.join(" ")} in runc's words`, () => assert.throws(() => resources(...args), { message }));
}

test("update refuses Intel RDT by name", () => {
  assert.throws(() => resources("--l3-cache-schema", "L3:0=f"), /^Fault: option --l3-cache-schema: Intel RDT is not supported/);
});
