import assert from "node:assert/strict";
import { test } from "node:test";
import type { FactoryStatus } from "../runtime/factory.ts";
import { statusDocument, statusText } from "./factory-text.ts";

const status = {
  parameters: { vm: { cpus: 2, memoryMib: 256 }, factory: { templatePath: "/t", reservePath: "/r", reserves: 1 } },
  on: true,
  templates: [
    {
      key: "00000000000000aa",
      identity: { runtime: "1 abc", machine: "{}", files: [{ path: "/k", size: 9, mtimeNs: "86400000000000", inode: 1 }] },
      memoryBytes: 256 << 20,
      stateBytes: 1000,
      data: [],
      allocatedBytes: 30 << 20,
      builtAt: 86_400,
      stale: undefined,
      current: true,
    },
  ],
  reserves: [
    {
      key: "00000000000000bb",
      id: "reserve-7-x",
      process: { pid: 7, startTime: 1 },
      helpers: [
        { pid: 8, startTime: 1, role: "share" },
        { pid: 9, startTime: 1, role: "vmm" },
      ],
      state: "waiting",
      ageSeconds: 12,
      current: true,
      vmPid: 9,
      memoryKib: 70 << 10,
    },
  ],
} as const;

const given = status as unknown as FactoryStatus;

test("statusText() begins with Kata's lines and tells what there is", () => {
  assert.equal(
    statusText(given),
    `VM pid = 9 Cpu = 2 Memory = 256MiB
vm factory is on
template 00000000000000aa: 30 MiB for 256 MiB of memory, built 1970-01-02T00:00:00Z, current
  runtime 1 abc
  /k, 9 bytes of 1970-01-02T00:00:00Z
reserve: 1 of 1
  reserve-7-x: waiting for 12 s, sandbox process 7, 70 MiB, current
`,
  );
});

test("statusText() says why a template is stale, and nothing of VMs that others asked for", () => {
  const [template] = status.templates;
  const [reserve] = status.reserves;
  const text = statusText({
    ...given,
    on: false,
    templates: [{ ...template, current: false, stale: "/k has changed" }],
    reserves: [{ ...reserve, current: false }],
  });
  assert.match(text, /^vm factory is off\n/);
  assert.match(text, /Z, stale: \/k has changed\n/);
});

test("a factory that is off has Kata's sentence, and a document that says so", () => {
  assert.equal(statusText(undefined), "vm factory not enabled\n");
  assert.deepEqual(JSON.parse(statusDocument(undefined)), { enabled: false });
});

test("statusDocument() has the pids of each reserve", () => {
  const { reserves } = JSON.parse(statusDocument(given)) as { reserves: Record<string, unknown>[] };
  assert.deepEqual([reserves[0]?.["pid"], reserves[0]?.["helperPids"]], [7, [8, 9]]);
});
