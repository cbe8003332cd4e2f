import assert from "node:assert/strict";
import { test } from "node:test";
import { base64Url } from "./base64.ts";

test("base64Url() is what Go's base64.URLEncoding writes", () => {
  for (const text of ["", "a", "ab", "abc", "/var/lib/kubelet/pods/1/volumes/x~y", "ÿ÷>>>???ü"]) {
    const expected = Buffer.from(text).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
    assert.equal(base64Url(text), expected);
  }
});
