import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDirectVolume } from "./direct-volume.ts";

const parse = (info: unknown) => parseDirectVolume(JSON.stringify(info), "here");
const good = { "volume-type": "block", device: "/dev/x", fstype: "ext4" };

test("parseDirectVolume() takes what storage drivers write", () => {
  assert.deepEqual(parse({ ...good, metadata: { fsGroup: "2000", fsGroupChangePolicy: "Always" }, options: ["noatime"] }), {
    device: "/dev/x",
    fstype: "ext4",
    options: ["noatime"],
    group: 2000,
  });
});

test("parseDirectVolume() names the field that is wrong, its value and what would be right", () => {
  assert.throws(() => parse([]), /here: the document is \[\], must be an object/);
  assert.throws(() => parse({ ...good, "volume-type": "vfiovol" }), /here: volume-type is "vfiovol", must be one of block, blk, directvol/);
  assert.throws(() => parse({ ...good, device: "x" }), /here: device is "x", must be an absolute path/);
  assert.throws(() => parse({ ...good, options: "ro" }), /here: options is "ro", must be a list of strings/);
  assert.throws(() => parse({ ...good, metadata: { fsGroup: "x" } }), /here: metadata\.fsGroup is "x", must be a group's number/);
  assert.throws(() => parse({ ...good, metadata: { encryptionKey: "k" } }), /here: metadata\.encryptionKey is "k", is not supported/);
  assert.throws(() => parseDirectVolume("{", "here"), /here: is no JSON/);
});
