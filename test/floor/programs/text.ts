/** UTF-8 both ways. */
import { decodeUtf8, encodeUtf8 } from "../../../src/base/text.ts";
import { equal, finish, holds } from "../checks.ts";

const bytes = (...values: readonly number[]): Uint8Array => new Uint8Array(values);

equal("ASCII", encodeUtf8("abc"), bytes(97, 98, 99));
equal("nothing", encodeUtf8(""), bytes());
equal("nothing back", decodeUtf8(bytes()), "");
equal("a NUL inside", encodeUtf8("a\0b"), bytes(97, 0, 98));
equal("a NUL back", decodeUtf8(bytes(97, 0, 98)), "a\0b");
equal("two, three and four bytes", encodeUtf8("é€😀"), bytes(0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80));

equal("a lone high surrogate", encodeUtf8("a\ud800b"), bytes(97, 0xef, 0xbf, 0xbd, 98));
equal("a lone low surrogate at the end", encodeUtf8("\udfff"), bytes(0xef, 0xbf, 0xbd));
equal("U+D7FF, the neighbour of the surrogates", encodeUtf8("\ud7ff"), bytes(0xed, 0x9f, 0xbf));

const malformed: readonly (readonly [what: string, input: Uint8Array, text: string])[] = [
  ["a continuation without a start", bytes(0x80, 97), "\ufffda"],
  ["an overlong slash", bytes(0xc0, 0xaf), "\ufffd\ufffd"],
  ["an overlong NUL of three bytes", bytes(0xe0, 0x80, 0x80), "\ufffd\ufffd\ufffd"],
  ["an encoded surrogate", bytes(0xed, 0xa0, 0x80), "\ufffd\ufffd\ufffd"],
  ["beyond U+10FFFF", bytes(0xf4, 0x90, 0x80, 0x80), "\ufffd\ufffd\ufffd\ufffd"],
  ["a start that is none", bytes(0xff, 0xfe, 97), "\ufffd\ufffda"],
  ["a sequence cut off at the end", bytes(97, 0xe2, 0x82), "a\ufffd\ufffd"],
];
for (const [what, input, text] of malformed) equal(what, decodeUtf8(input), text);

const long = "0123456789é€😀\n".repeat(50_000);
holds("a long text survives both ways", decodeUtf8(encodeUtf8(long)) === long);
const whole = encodeUtf8("before|inside|after");
equal("a view into a larger buffer", decodeUtf8(whole.subarray(7, 13)), "inside");

// every pair of bytes either decodes to itself or to replacement characters, and never breaks
let reversible = 0;
for (let first = 0; first < 256; first++) {
  for (let second = 0; second < 256; second += 5) {
    const text = decodeUtf8(bytes(first, second));
    if (!text.includes("\ufffd")) {
      reversible++;
      equal(`bytes ${first} ${second}`, encodeUtf8(text), bytes(first, second));
    }
  }
}
holds("some pairs are text", reversible > 3000);
finish();
