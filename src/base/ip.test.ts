import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatIp, formatMac, parseIp, parseMac, parsePrefix } from "./ip.ts";

test("addresses are read and written in their canonical form", () => {
  const pairs = [
    ["10.0.0.255", "10.0.0.255"],
    ["::", "::"],
    ["::1", "::1"],
    ["fe80::", "fe80::"],
    ["2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"],
    ["1::3:4:5:6:7:8", "1:0:3:4:5:6:7:8"],
    ["::ffff:10.0.0.1", "::ffff:a00:1"],
  ] as const;
  for (const [text, canonical] of pairs) assert.equal(formatIp(parseIp(text).bytes), canonical);
});

test("what is no address is refused", () => {
  for (const text of [
    "",
    "1.2.3",
    "1.2.3.4.5",
    "256.1.1.1",
    "01.2.3.4",
    "1.2.3.x",
    ":",
    ":::",
    "1:2:3:4:5:6:7",
    "1::2::3",
    "12345::",
    "fe80::1%eth0",
    "1:2:3:4:5:6:7:8::",
    "::1.2.3",
  ])
    assert.throws(() => parseIp(text), /must be an IPv4 or IPv6 address/, text);
});

test("every 4 or 16 bytes survive the way through text", () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 })), (bytes) => {
      assert.deepEqual(parseIp(formatIp(bytes)).bytes, bytes);
    }),
  );
});

test("prefixes have a length within the address", () => {
  assert.equal(parsePrefix("10.0.0.0/8").length, 8);
  assert.equal(parsePrefix("fe80::1").length, 128);
  for (const text of ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "::/129", "10.0.0.0/-1"])
    assert.throws(() => parsePrefix(text), /must be/);
});

test("hardware addresses", () => {
  assert.equal(formatMac(parseMac("02:aB:00:00:00:0f")), "02:ab:00:00:00:0f");
  assert.throws(() => parseMac("2:0:0:0:0:1"), /must be like/);
});
