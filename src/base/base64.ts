import { encodeUtf8 } from "./text.ts";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The text's UTF-8 in the alphabet that file names may have (RFC 4648, section 5), padded as Go's URLEncoding does. */
export function base64Url(text: string): string {
  const bytes = encodeUtf8(text);
  let result = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = bytes.subarray(i, i + 3);
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    const four = [18, 12, 6, 0].map((shift) => letters[(bits >> shift) & 63]);
    result += b === undefined ? `${four[0]}${four[1]}==` : c === undefined ? `${four.slice(0, 3).join("")}=` : four.join("");
  }
  return result;
}
