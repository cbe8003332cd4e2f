import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeUtf8 } from "../../../base/text.ts";
import { kernelFormat, memoryTotalMib } from "./formats.ts";
import { probeGuestImage } from "./probe-guest.ts";

function at(offset: number, text: string): Uint8Array {
  const bytes = new Uint8Array(1024);
  bytes.set(encodeUtf8(text), offset);
  return bytes;
}

test("kernelFormat() tells the kernels that QEMU starts from other files", () => {
  assert.equal(kernelFormat(probeGuestImage()), "elf");
  assert.equal(kernelFormat(at(0x202, "HdrS")), "bzimage");
  assert.equal(kernelFormat(at(56, "ARMd")), "arm64-image");
  for (const other of [new Uint8Array(0), encodeUtf8("#!/bin/sh\n"), at(0x203, "HdrS"), encodeUtf8("\u007fELV")])
    assert.equal(kernelFormat(other), undefined);
});

test("memoryTotalMib() reads MemTotal", () => {
  assert.equal(memoryTotalMib("MemTotal:       24567890 kB\nMemFree: 1 kB\n"), 23992);
  assert.equal(memoryTotalMib(""), undefined);
});
