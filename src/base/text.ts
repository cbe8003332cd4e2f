/**
 * UTF-8 between strings and bytes. The engine has no TextEncoder: its native floor does the work; elsewhere the
 * platform's own classes do.
 */

interface Utf8 {
  utf8Encode(text: string): Uint8Array;
  utf8Decode(bytes: Uint8Array): string;
}

interface PlatformText {
  floor?: Utf8;
  TextEncoder?: new () => { encode(text: string): Uint8Array };
  TextDecoder?: new () => { decode(bytes: Uint8Array): string };
}

function platformUtf8(): Utf8 {
  const platform = globalThis as unknown as PlatformText;
  if (platform.floor) return platform.floor;
  const { TextEncoder, TextDecoder } = platform;
  if (!TextEncoder || !TextDecoder) throw new Error("text: this platform converts no UTF-8");
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  return { utf8Encode: (text) => encoder.encode(text), utf8Decode: (bytes) => decoder.decode(bytes) };
}

let utf8: Utf8 | undefined;

/** The UTF-8 bytes of `text`; lone surrogates become U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  utf8 ??= platformUtf8();
  return utf8.utf8Encode(text);
}

/** The text of `bytes`; malformed sequences become U+FFFD, never an error. */
export function decodeUtf8(bytes: Uint8Array): string {
  utf8 ??= platformUtf8();
  return utf8.utf8Decode(bytes);
}
