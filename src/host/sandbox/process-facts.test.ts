import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ListProcessesResponse, ProcessEntry } from "../../protocol/gen/agent.ts";
import { processFacts } from "./process-facts.ts";

const sleepStat = "96 (sleep (1) x) S 90 96 96 34816 96 4194560 103 0 0 0 7 5 0 0 20 -5 1 0 4230 1347584 180 18446744073709551615 1 1 0 0";

function entry(more: Partial<ProcessEntry> = {}): ProcessEntry {
  return { pid: 96, stat: sleepStat, cmdline: new TextEncoder().encode("sleep\0a b\0"), uid: 7, gid: 8, rssKib: 720, ...more };
}

function list(...processes: ProcessEntry[]): ListProcessesResponse {
  return { processes, uptimeMs: 50_000, memoryKib: 1 << 20 };
}

test("processFacts() reads /proc/PID/stat behind a name with blanks and parentheses", () => {
  assert.deepEqual(processFacts(list(entry())), [
    {
      pid: 96,
      parent: 90,
      uid: 7,
      gid: 8,
      state: "S",
      processGroup: 96,
      session: 96,
      terminal: "pts/0",
      cpuMs: 120,
      ageMs: 7700,
      priority: 20,
      nice: -5,
      threads: 1,
      virtualKib: 1316,
      residentKib: 720,
      name: "sleep (1) x",
      command: "sleep a b",
    },
  ]);
});

test("processFacts() sorts by pid and leaves out what is no stat line", () => {
  const facts = processFacts(list(entry({ pid: 9 }), entry({ pid: 4 }), entry({ stat: "3 (x" }), entry({ stat: "3 (x) S 1 2" })));
  assert.deepEqual(
    facts.map(({ pid }) => pid),
    [4, 9],
  );
});

test("processFacts() shows nothing that a terminal would obey", () => {
  const cmdline = new TextEncoder().encode("a\u001b[2J\nb\0c\0");
  const [facts] = processFacts(list(entry({ cmdline, stat: sleepStat.replace("sleep", "s\u001b]0;t\u0007") })));
  assert.equal(facts?.command, "a b c");
  assert.equal(facts?.name, "s (1) x");
});

test("processFacts() never throws and never yields numbers that are none", () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.oneof(fc.integer().map(String), fc.string()), { maxLength: 30 }), (name, fields) => {
      for (const facts of processFacts(list(entry({ stat: `1 (${name}) S ${fields.join(" ")}` }))))
        for (const value of Object.values(facts)) assert.ok(typeof value === "string" || Number.isFinite(value));
    }),
  );
});
