import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeUtf8 } from "../../base/text.ts";
import { answerBytes, parseHead, plainAnswer } from "./http.ts";

test("parseHead() takes path, query and headers apart", () => {
  const request = parseHead("GET http://host:1/metrics?sandbox=a%2Fb+c&&x=1=2&bad=%zz HTTP/1.1\r\nHost: x\r\nX-Y:\t z \r\nEmpty:");
  assert.deepEqual([request?.method, request?.path], ["GET", "/metrics"]);
  assert.deepEqual(
    [...(request?.query ?? [])],
    [
      ["sandbox", "a/b c"],
      ["x", "1=2"],
      ["bad", "%zz"],
    ],
  );
  assert.deepEqual(
    [...(request?.headers ?? [])],
    [
      ["host", "x"],
      ["x-y", "z"],
      ["empty", ""],
    ],
  );
});

test("parseHead() refuses what is no request", () => {
  for (const text of [
    "",
    "GET /",
    "GET / HTTP/2",
    "get / HTTP/1.1",
    "GET  / HTTP/1.1",
    "GET x HTTP/1.1",
    "GET / HTTP/1.1\r\n folded",
    "GET /\u0001 HTTP/1.1",
  ])
    assert.equal(parseHead(text), undefined, JSON.stringify(text));
});

test("answerBytes() counts bytes, and leaves the body out for HEAD", () => {
  const answer = plainAnswer(405, "é\n");
  const text = decodeUtf8(answerBytes(answer, false));
  assert.match(text, /^HTTP\/1\.1 405 Method Not Allowed\r\n/);
  assert.match(text, /\r\nContent-Length: 3\r\nAllow: GET, HEAD\r\nConnection: close\r\n\r\né\n$/);
  assert.equal(decodeUtf8(answerBytes(answer, true)), text.slice(0, -2));
});
