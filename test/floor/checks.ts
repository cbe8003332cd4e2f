/** What the floor's programs assert with: they run on the engine, where no test runner is. */
import { chainMessage } from "../../src/base/fault.ts";
import { encodeUtf8 } from "../../src/base/text.ts";
import { writeAll } from "../../src/sys/file.ts";
import { exit } from "../../src/sys/process.ts";
import type { Fd } from "../../src/sys/syscall.ts";

const stdout = 1 as Fd;
const stderr = 2 as Fd;
let passed = 0;
let failed = 0;

function say(fd: Fd, text: string): void {
  writeAll(fd, encodeUtf8(`${text}\n`));
}

function show(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Uint8Array) return `bytes ${value.join(" ")}`;
  return JSON.stringify(value) ?? String(value);
}

export function holds(what: string, condition: boolean): void {
  if (condition) {
    passed++;
    return;
  }
  failed++;
  say(stderr, `FAILED ${what}`);
}

/** Equal by what is shown of them: enough for numbers, strings, bytes and plain data. */
export function equal(what: string, actual: unknown, expected: unknown): void {
  holds(`${what}: got ${show(actual)}, want ${show(expected)}`, show(actual) === show(expected));
}

/** `work` throws, and the chain of messages matches. */
export function throws(what: string, pattern: RegExp, work: () => unknown): void {
  try {
    work();
  } catch (error) {
    const message = chainMessage(error);
    holds(`${what}: threw ${message}, want ${pattern}`, pattern.test(message));
    return;
  }
  holds(`${what}: did not throw`, false);
}

/** The last line of every program: how many checks held. A program that ends without it has failed. */
export function finish(): void {
  say(stdout, `${passed} checks held`);
  if (failed > 0) exit(1);
}

/** In a forked child: the checks' outcome as exit code, so that the parent sees it. */
export function finishChild(): never {
  exit(failed > 0 ? 1 : 0);
}
