import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { GuestProcess } from "../../protocol/gen/sandbox.ts";
import { psColumns } from "./ps-columns.ts";
import { parsePsOptions } from "./ps-options.ts";
import { psTable } from "./ps-table.ts";
import { dayTime, elapsed, longTime, minutes, startTime } from "./ps-times.ts";

const nowMs = new Date(2025, 10, 25, 12, 0, 0).getTime();
const scene = { memoryKib: 1 << 20, nowMs };

function process(more: Partial<GuestProcess> = {}): GuestProcess {
  return {
    pid: 96,
    parent: 1,
    uid: 0,
    gid: 0,
    state: "S",
    processGroup: 96,
    session: 96,
    terminal: "?",
    cpuMs: 61_000,
    ageMs: 600_000,
    priority: 20,
    nice: 0,
    threads: 1,
    virtualKib: 1316,
    residentKib: 10486,
    name: "sleep",
    command: "sleep 1000",
    ...more,
  };
}

const table = (processes: readonly GuestProcess[], ...options: string[]): string => psTable(processes, parsePsOptions(options), scene);

test("ps shows what ps -ef shows", () => {
  assert.equal(
    table([process(), process({ pid: 97, uid: 1000, terminal: "pts/0", name: "sh", command: "" })]),
    "UID          PID    PPID  C STIME TTY          TIME CMD\n" +
      "root          96       1 10 11:50 ?        00:01:01 sleep 1000\n" +
      "1000          97       1 10 11:50 pts/0    00:01:01 [sh]\n",
  );
  assert.equal(table([process()], "-ef"), table([process()]));
});

test("ps without processes shows the headers alone", () => {
  assert.equal(table([], "-o", "pid,comm"), "    PID COMMAND\n");
});

test("ps aux is user oriented", () => {
  assert.equal(
    table([process({ state: "R", session: 3 })], "aux"),
    "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n" +
      "root          96 10.2  1.0   1316 10486 ?        R    11:50   1:01 sleep 1000\n",
  );
});

test("ps -o takes columns as one list or several, with headers of one's own", () => {
  assert.equal(table([process()], "-o", "pid,ppid=PARENT", "-ocomm"), "    PID  PARENT COMMAND\n     96       1 sleep\n");
  assert.equal(table([process()], "-o", "pid="), "     96\n");
  assert.equal(table([process()], "--format=pid", "--no-headers"), "     96\n");
});

test("a longer value widens its column", () => {
  assert.equal(table([process({ uid: 1234567890 })], "-o", "uid,pid"), "       UID     PID\n1234567890      96\n");
});

for (const [args, message] of [
  [["-T"], /^ps: option -T: is not supported, must be one of -e/],
  [["-u", "root"], /^ps: option -u: is not supported/],
  [["--forest"], /^ps: option --forest: is not supported/],
  [["-"], /^ps: option -: is not supported/],
  [["-o", "pid,wchan"], /^ps: column "wchan": is unknown, must be one of %cpu, %mem, args, /],
  [["-o"], /^ps: option -o: needs a list of columns$/],
] as const) {
  test(`ps refuses ${args.join(" ")}`, () => {
    assert.throws(() => parsePsOptions(args), { message });
  });
}

test("every column has a value of one line for every process", () => {
  for (const [name, column] of Object.entries(psColumns())) assert.match(column.value(process(), scene), /^[^\n]+$/, name);
});

test("times are written as ps writes them", () => {
  assert.equal(startTime(nowMs - 86_400_000, nowMs), "Nov24");
  assert.equal(startTime(new Date(2024, 0, 1).getTime(), nowMs), "2024");
  assert.equal(longTime(new Date(2025, 10, 4, 1, 2, 3).getTime()), "Tue Nov  4 01:02:03 2025");
  assert.deepEqual([dayTime(0), dayTime(90_061_000)], ["00:00:00", "1-01:01:01"]);
  assert.deepEqual([elapsed(61_000), elapsed(3_661_000)], ["01:01", "01:01:01"]);
  assert.equal(minutes(3_661_999), "61:01");
});

test("parsePsOptions() reads anything or says what it does not know", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (args) => {
      try {
        assert.ok(parsePsOptions(args).columns.length > 0);
      } catch (error) {
        assert.match((error as Error).message, /^ps: /);
      }
    }),
  );
});
