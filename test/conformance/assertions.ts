/** Counts the assertions that really ran, into the file that KATA_TEST_ASSERTIONS names: one line for each process. */
import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";

const counted = ["ok", "equal", "deepEqual", "notEqual", "notDeepEqual", "match", "doesNotMatch", "rejects", "throws"] as const;

/** Before any test runs; all test files have the same object. */
export function countAssertions(): void {
  const file = process.env["KATA_TEST_ASSERTIONS"];
  if (file === undefined) return;
  let count = 0;
  const table = assert as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of counted) {
    const original = table[name];
    if (original === undefined) throw new Error(`node:assert has no ${name}`);
    table[name] = (...args) => {
      count++;
      return original(...args);
    };
  }
  process.on("exit", () => appendFileSync(file, `${count}\n`));
}
