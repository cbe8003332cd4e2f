import assert from "node:assert/strict";
import { test } from "node:test";
import { formatIp } from "../../base/ip.ts";
import { parseListenAddress } from "./listen-address.ts";

test("parseListenAddress() takes what Go's programs take, but names", () => {
  const parsed = ["127.0.0.1:8090", ":80", "localhost:0", "[::1]:65535", "0.0.0.0:1"].map((text) => {
    const { address, port } = parseListenAddress(text);
    return `${formatIp(address)} ${port}`;
  });
  assert.deepEqual(parsed, ["127.0.0.1 8090", ":: 80", "127.0.0.1 0", "::1 65535", "0.0.0.0 1"]);
});

test("parseListenAddress() says what is wrong", () => {
  for (const text of ["", "8090", "127.0.0.1", "127.0.0.1:", "::1:80", "127.0.0.1:65536", "1.2.3.4:8x"])
    assert.throws(() => parseListenAddress(text), {
      message: new RegExp(`^--listen-address ${JSON.stringify(text).replace(/\./g, "\\.")}: must be HOST:PORT`),
    });
  assert.throws(() => parseListenAddress("example.org:80"), /"example.org" must be an IP address or localhost/);
  assert.throws(() => parseListenAddress("[]:80"), /"" must be an IP address/);
});
