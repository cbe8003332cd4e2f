import assert from "node:assert/strict";
import { test } from "node:test";
import { fileSystemIn } from "./file-system.ts";

function head(at: number, bytes: readonly number[] | string): Uint8Array {
  const image = Buffer.alloc(2048);
  image.set(typeof bytes === "string" ? Buffer.from(bytes) : bytes, at);
  return image;
}

test("fileSystemIn() knows the guest's file systems by their superblocks", () => {
  assert.equal(fileSystemIn(head(1080, [0x53, 0xef]))?.type, "ext4");
  assert.equal(fileSystemIn(head(0, "XFSB"))?.type, "xfs");
  assert.deepEqual(fileSystemIn(head(1024, [0xe2, 0xe1, 0xf5, 0xe0])), { type: "erofs", readOnly: true });
  assert.deepEqual(fileSystemIn(head(0, "hsqs")), { type: "squashfs", readOnly: true });
});

test("fileSystemIn() finds none in other images, and in those that are too short", () => {
  assert.equal(fileSystemIn(head(0, "")), undefined);
  assert.equal(fileSystemIn(head(1081, [0x53, 0xef])), undefined);
  assert.equal(fileSystemIn(new Uint8Array(100)), undefined);
});
