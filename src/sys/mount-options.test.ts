import assert from "node:assert/strict";
import { test } from "node:test";
import { MOUNT_ATTR, MS } from "./mount.ts";
import { mountAttributes, parseMountOptions } from "./mount-options.ts";

const parse = (...options: string[]) => parseMountOptions(options, "/d");

test("flags, propagation and data are told apart", () => {
  const options = parse("nosuid", "ro", "mode=755", "size=64k", "rslave", "private", "tmpcopyup", "");
  assert.equal(options.flags, MS.nosuid | MS.rdonly);
  assert.deepEqual(options.propagation, [MS.slave | MS.rec, MS.private]);
  assert.equal(options.data, "mode=755,size=64k");
  assert.equal(options.copyUp, true);
});

test("the last of contradicting options wins", () => {
  assert.equal(parse("ro", "rw").flags, 0);
  assert.equal(parse("ro", "rw").cleared, MS.rdonly);
  assert.equal(parse("rw", "ro").cleared, 0);
  const recursive = parse("rro", "rrw");
  assert.deepEqual([recursive.recursiveSet, recursive.recursiveClear], [0, MOUNT_ATTR.rdonly]);
});

test("a bind changes the named attributes only", () => {
  assert.deepEqual(mountAttributes(parse("rbind", "ro", "suid")), { set: MOUNT_ATTR.rdonly, clear: MOUNT_ATTR.nosuid });
});

test("an access time mode clears the whole field", () => {
  assert.deepEqual(mountAttributes(parse("bind", "noatime")), { set: MOUNT_ATTR.noatime, clear: MOUNT_ATTR.atime });
  assert.deepEqual(mountAttributes(parse("bind", "relatime")), { set: 0, clear: MOUNT_ATTR.atime });
});

test("names of Object's own are data like any other word", () => {
  assert.equal(parse("constructor", "toString").data, "constructor,toString");
});

test("idmapped mounts are refused by name", () => {
  assert.throws(() => parse("ridmap"), /mount \/d: option ridmap is not supported/);
});
