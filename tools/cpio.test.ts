import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { type CpioEntry, writeCpio } from "./cpio.ts";

const entries: readonly CpioEntry[] = [
  { kind: "directory", path: "dev", mode: 0o755 },
  { kind: "device", path: "dev/null", mode: 0o666, major: 1, minor: 3 },
  { kind: "file", path: "init", mode: 0o755, data: Buffer.from("hello") },
  { kind: "file", path: "empty", mode: 0o644, data: new Uint8Array() },
];

test("writeCpio() gives the same bytes for the same entries, in whole words", () => {
  const archive = writeCpio(entries);
  assert.deepEqual(archive, writeCpio(entries));
  assert.equal(archive.length % 4, 0);
});

test("writeCpio() writes what another reader of the format finds", () => {
  const archive = writeCpio(entries);
  const listing = execFileSync("busybox", ["cpio", "-t", "-v"], { input: archive, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] });
  const lines = listing
    .trim()
    .split("\n")
    .map((line) => line.split(/\s+/));
  assert.deepEqual(
    lines.map((words) => [words[0], words.at(-1)]),
    [
      ["drwxr-xr-x", "dev"],
      ["crw-rw-rw-", "dev/null"],
      ["-rwxr-xr-x", "init"],
      ["-rw-r--r--", "empty"],
    ],
  );
  assert.equal(
    execFileSync("busybox", ["cpio", "-i", "--to-stdout", "init"], { input: archive, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] }),
    "hello",
  );
});
