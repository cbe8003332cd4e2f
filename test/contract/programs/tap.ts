/** A test runner for programs on our engine: one test after the other, a line of TAP for each. */
import { chainMessage } from "../../../src/base/fault.ts";
import { encodeUtf8 } from "../../../src/base/text.ts";
import { writeAll } from "../../../src/sys/file.ts";
import { describeUncaught, EventLoop } from "../../../src/sys/loop.ts";
import { exit } from "../../../src/sys/process.ts";
import type { Fd } from "../../../src/sys/syscall.ts";
import type { Harness } from "../harness.ts";

export interface TapRunner extends Harness {
  readonly loop: EventLoop;
  /** Runs what was registered; the process ends with 0 when all of it holds. */
  run(): Promise<never>;
}

export function say(line: string): void {
  writeAll(1 as Fd, encodeUtf8(`${line}\n`));
}

/** A promise that nobody caught fails the whole program: that is a fault of what is tested. */
export function createTapRunner(): TapRunner {
  const tests: { readonly name: string; readonly body: () => Promise<void> }[] = [];
  const loop = new EventLoop((error) => {
    say(`Bail out! ${describeUncaught(error)}`);
    exit(1);
  });
  return {
    loop,
    test: (name, body) => void tests.push({ name, body }),
    run: async () => {
      let failed = 0;
      say(`1..${tests.length}`);
      for (const [i, { name, body }] of tests.entries()) {
        try {
          await body();
          say(`ok ${i + 1} - ${name}`);
        } catch (error) {
          failed++;
          say(`not ok ${i + 1} - ${name}\n# ${chainMessage(error).replaceAll("\n", "\n# ")}`);
        }
      }
      exit(failed === 0 ? 0 : 1);
    },
  };
}
