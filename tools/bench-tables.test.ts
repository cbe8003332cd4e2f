import assert from "node:assert/strict";
import { test } from "node:test";
import { benchTables } from "./bench-tables.ts";

test("benchTables() shows least and median, the ratios to runc and gVisor, and the sum of memory", () => {
  const text = benchTables({
    host: { kernel: "6.1", cpus: 2, memory: 1, load: 0.25 },
    contenders: [
      { name: "ours", version: "ours 1" },
      { name: "runc", version: "runc 2" },
    ],
    samples: { state: { ours: [3, 1, 2], runc: [4, 2, 8] } },
    idle: [
      {
        root: "disk",
        memory: [
          { process: "kata-sandbox a", pssKib: 2048, rssKib: 4096 },
          { process: "/usr/bin/qemu-system-x86_64 -name", pssKib: 1024, rssKib: 1024 },
        ],
        cpuPercent: 0.34,
        agentRssKib: 3072,
      },
    ],
  });
  assert.match(text, /load 0\.[23] at the start, 3 rounds; ours 1, runc 2\./);
  assert.ok(text.includes("| ms, least / median | ours | runc |\n|---|---|---|\n| state | 1.0 / 2.0 | 2.0 / 4.0 |\n"), text);
  assert.ok(text.includes("| least, as a multiple | ours : runc |\n|---|---|\n| state | 0.5 |"), text);
  assert.ok(text.includes("| one idle sandbox, root a disk, MiB | PSS | RSS |\n"), text);
  assert.ok(text.includes("| sandbox process | 2.0 | 4.0 |\n| qemu-system-x86_64 | 1.0 | 1.0 |\n| all | 3.0 | 5.0 |"), text);
  assert.ok(text.endsWith("3.0 MiB RSS; idle, all take 0.3 % of a core."), text);
});
