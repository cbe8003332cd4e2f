import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { emptyExt4, emptyExt4Bytes } from "./empty-ext4.ts";
import { fileSystemIn } from "./file-system.ts";

test("emptyExt4() is a file system that e2fsck has nothing to say about", () => {
  const image = Buffer.alloc(emptyExt4Bytes);
  for (const { at, bytes } of emptyExt4()) image.set(bytes, at);
  assert.equal(fileSystemIn(image.subarray(0, 2048))?.type, "ext4");
  const directory = mkdtempSync(join(tmpdir(), "kata-ext4-"));
  try {
    const path = join(directory, "image");
    writeFileSync(path, image);
    const { status, stdout, stderr } = spawnSync("e2fsck", ["-f", "-n", path], { encoding: "utf8" });
    assert.equal(status, 0, `${stdout}${stderr}`);
    assert.match(stdout, /10\/16 files/);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
