import assert from "node:assert/strict";
import { test } from "node:test";
import { checkSource } from "./import-rules.ts";

const allowed: readonly (readonly [path: string, text: string])[] = [
  ["src/sys/file.ts", 'import { Fault } from "../base/fault.ts";\nraw("open");'],
  ["src/host/main.ts", 'const { run } = await import("./cli/run.ts");'],
  ["src/host/cli/run.ts", 'import type { Vm } from "../hypervisor/vm.ts";'],
  ["src/host/config/load.ts", 'import { parse } from "smol-toml";'],
  ["src/oci/parse.test.ts", 'import fc from "fast-check";\nimport { test } from "node:test";'],
  ["src/host/cli/run.ts", "// raw(1) is not code\nconst s = 'setTimeout(';\nthis.raw(1);"],
  ["src/base/text.ts", 'const quote = /["\']/;\nconst s = "raw(1)";'],
];

const planted: readonly (readonly [path: string, text: string, fault: RegExp])[] = [
  ["src/base/text.ts", 'import { raw } from "../sys/native.ts";', /:1: .*sys is above base/],
  ["src/oci/spec.ts", 'import { wire } from "../protocol/wire.ts";', /siblings/],
  ["src/host/share/virtiofs.ts", '\nimport { x } from "../network/tap.ts";', /:2: .*siblings/],
  ["src/guest/service/server.ts", 'import { x } from "../../host/agent/client.ts";', /host and guest/],
  ["src/library/client.ts", 'export * from "../sys/file.ts";', /library imports/],
  ["src/host/agent/client.ts", 'const m = await import("../sandbox/sandbox.ts");', /host\/sandbox is above/],
  ["src/host/utils/x.ts", 'import { y } from "../../base/text.ts";', /no known part/],
  ["src/base/x.ts", 'import { readFileSync } from "node:fs";', /engine alone/],
  ["src/base/x.ts", 'import { z } from "zod";', /engine alone/],
  ["src/base/x.ts", 'import { y } from "./y";', /with \.ts/],
  ["src/base/x.ts", 'import { y } from "../../tools/cpio.ts";', /src only/],
  ["src/base/x.ts", 'import { y } from "./testing/fake.ts";', /test code/],
  ["src/base/x.ts", "const n = BigInt.asUintN(64, -1n);", /asUintN/],
  ["src/base/x.ts", "const n = (1).toLocaleString();", /locales/],
  ["src/base/x.ts", "/* a\n */ const e = new Intl.Collator();", /:2: Intl/],
  ["src/host/cli/run.ts", 'raw("getpid");', /system calls/],
  ["src/host/cli/run.ts", "floor().argv", /native floor/],
];

test("checkSource() accepts what the direction of imports allows", () => {
  for (const [path, text] of allowed) assert.deepEqual(checkSource(path, text), [], `${path}: ${text}`);
});

test("checkSource() names file, line and reason of each planted violation", () => {
  for (const [path, text, fault] of planted) {
    const found = checkSource(path, text);
    assert.equal(found.length, 1, `${path}: ${text}: ${found.join("; ")}`);
    assert.match(found[0] ?? "", fault);
    assert.ok(found[0]?.startsWith(`${path}:`));
  }
});
