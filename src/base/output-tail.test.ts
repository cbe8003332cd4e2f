import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { OutputTail, printable } from "./output-tail.ts";
import { encodeUtf8 } from "./text.ts";

test("OutputTail keeps what was written while it fits", () => {
  const tail = new OutputTail();
  assert.equal(tail.empty, true);
  tail.push(encodeUtf8("one\r\ntwo"));
  tail.push(encodeUtf8("!\n"));
  assert.equal(tail.empty, false);
  assert.equal(tail.text(), "one\ntwo!");
});

test("OutputTail drops the oldest bytes and the line they cut", () => {
  const tail = new OutputTail();
  for (let i = 0; i < 1000; i++) tail.push(encodeUtf8(`line ${i}\n`));
  const lines = tail.text().split("\n");
  assert.equal(lines.at(-1), "line 999");
  assert.ok(
    lines.every((line) => /^line \d+$/.test(line)),
    lines[0],
  );
});

test("OutputTail takes a chunk larger than itself", () => {
  const tail = new OutputTail();
  tail.push(encodeUtf8("before\n"));
  tail.push(encodeUtf8(`${"x".repeat(10000)}\nlast words`));
  assert.equal(tail.text(), "last words");
});

test("OutputTail ends with what was written last, in at most 4096 characters, however it was cut into chunks", () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z\n]{0,3000}$/), { maxLength: 8 }), (chunks) => {
      const tail = new OutputTail();
      for (const chunk of chunks) tail.push(encodeUtf8(chunk));
      assert.ok(chunks.join("").trimEnd().endsWith(tail.text()));
      assert.ok(tail.text().length <= 4096);
    }),
    { numRuns: 100 },
  );
});

test("printable() removes escape sequences, titles, controls and text direction tricks", () => {
  assert.equal(
    printable("\u001b[1;31mred\u001b[0m \u001b]0;title\u0007ok\u001bc \u0000\u0007\u009b\u202eabc\ttab\nline\r"),
    "red ok abc\ttab\nline",
  );
  assert.equal(printable("\u001b[6n"), "");
});

test("printable() leaves no escape character whatever it is given", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      (text) => !["\u001b", "\u0000", "\u0007", "\u009b"].some((c) => printable(text).includes(c)),
    ),
  );
});
