import assert from "node:assert/strict";
import { test } from "node:test";
import { hasCode } from "../base/fault.ts";
import { decodeUtf8 } from "../base/text.ts";
import {
  decodePOSIXRlimit,
  decodeProcess,
  decodeStorage,
  encodeLinuxMemory,
  encodePOSIXRlimit,
  encodeProcess,
  encodeStorage,
} from "./gen/agent.ts";
import { Reader } from "./wire-reader.ts";
import { Writer } from "./wire-writer.ts";

test("RLIM_INFINITY survives, as do the ends of int64", () => {
  const rlimit = decodePOSIXRlimit(encodePOSIXRlimit({ type: "RLIMIT_NOFILE", hard: 2n ** 64n - 1n, soft: 1024n }));
  assert.deepEqual(rlimit, { type: "RLIMIT_NOFILE", hard: 18446744073709551615n, soft: 1024n });
  const writer = new Writer();
  for (const value of [-1n, -(2n ** 63n), 2n ** 63n - 1n]) writer.i64(8, value);
  const reader = new Reader(writer.finish());
  const read = () => {
    reader.tag();
    return reader.i64();
  };
  assert.deepEqual([read(), read(), read()], [-1n, -(2n ** 63n), 2n ** 63n - 1n]);
});

test("a negative number beyond 32 bits is exact as a JS_NUMBER field, one beyond 2^53 is a fault", () => {
  const process = decodeProcess(encodeProcess({ oomScoreAdj: -(2 ** 40) - 1 }));
  assert.equal(process.oomScoreAdj, -(2 ** 40) - 1);
  assert.throws(() => encodeProcess({ oomScoreAdj: 2 ** 53 }), /field 11: 9007199254740992 is no integer within 2\^53/);
  const writer = new Writer();
  writer.i64(88, 2n ** 60n);
  assert.throws(() => decodeProcess(writer.finish()), /the integer 11529215046068\d+ is beyond 2\^53/);
});

test("a number that does not fit its field is a fault that names the field", () => {
  for (const [write, text] of [
    [() => encodePOSIXRlimit({ hard: 2n ** 64n }), /field 2: 18446744073709551616 is no uint64/],
    [() => encodePOSIXRlimit({ hard: -1n }), /field 2: -1 is no uint64/],
    [() => encodeLinuxMemory({ limit: 2n ** 63n }), /field 1: 9223372036854775808 is no int64/],
    [() => encodeProcess({ user: { uid: -1 } }), /field 1: -1 is no uint32/],
    [() => encodeProcess({ user: { uid: 1.5 } }), /field 1: 1.5 is no uint32/],
  ] as const) {
    assert.throws(write, text);
  }
});

test("fields that are unknown are passed over, of every wire type", () => {
  const known = encodeStorage({ driver: "blk" });
  const unknown = [0x98, 0x3f, 1, 0x99, 0x3f, 1, 2, 3, 4, 5, 6, 7, 8, 0x9a, 0x3f, 2, 9, 9, 0x9d, 0x3f, 1, 2, 3, 4];
  assert.equal(decodeStorage(Uint8Array.of(...unknown, ...known)).driver, "blk");
});

test("a nested message may not reach over the end of the one around it", () => {
  // fs_group of 4 bytes inside a storage that says it ends after 3 of them, followed by other fields
  assert.throws(() => decodeStorage(Uint8Array.of(0x3a, 3, 0x10, 0x80, 0x80, 1, 0x0a, 0)), /over the end of its message/);
  assert.throws(() => decodeStorage(Uint8Array.of(0x3a, 100, 0)), /a field of 100 bytes ends behind/);
});

test("malformed varints, tags and wire types are faults of the protocol", () => {
  for (const bytes of [[0x80], [0x0a], [0x00], [0x0b], [0x0f, 1], Array<number>(11).fill(0x80), [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]]) {
    assert.throws(
      () => decodeStorage(Uint8Array.from(bytes)),
      (e) => hasCode(e, "malformed"),
      String(bytes),
    );
  }
});

test("millions of tiny elements are refused", () => {
  const bytes = new Uint8Array(200_000);
  for (let i = 0; i < bytes.length; i += 2) bytes[i] = 0x2a; // options: ""
  assert.throws(() => decodeStorage(bytes), /more than 65536 list elements/);
});

test("a buffer that grows at any place loses nothing", () => {
  for (let length = 200; length < 300; length++) {
    const text = "a".repeat(length);
    const storage = decodeStorage(
      encodeStorage({ driver: text, source: "b", fsGroup: { groupId: 300 }, options: ["c", text], shared: true }),
    );
    assert.deepEqual(
      [storage.driver, storage.source, storage.fsGroup?.groupId, storage.options, storage.shared],
      [text, "b", 300, ["c", text], true],
    );
  }
});

test("a map key named __proto__ is a key", () => {
  const writer = new Writer();
  writer.entries(10, JSON.parse('{"__proto__": "x"}') as Record<string, string>, (v) => writer.string(18, v));
  const map: Record<string, string> = {};
  const reader = new Reader(writer.finish());
  reader.tag();
  reader.entry(
    map,
    () => reader.string(),
    () => "",
  );
  assert.deepEqual(Object.keys(map), ["__proto__"]);
  assert.equal(Object.getPrototypeOf(map), Object.prototype);
});

test("malformed UTF-8 becomes replacement characters, never an error", () => {
  const { driver } = decodeStorage(Uint8Array.of(0x0a, 3, 0xff, 0x41, 0xc3));
  assert.equal(driver, decodeUtf8(Uint8Array.of(0xff, 0x41, 0xc3)));
  assert.match(driver, /A/);
});
