/** getrandom(2). */
import { raw } from "./native.ts";
import { check } from "./syscall.ts";

export function randomBytes(count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  check(raw("getrandom", bytes, count, 0), "getrandom");
  return bytes;
}

/** `bytes` random bytes as lower-case hexadecimal digits. */
export function randomHex(bytes: number): string {
  return Array.from(randomBytes(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
