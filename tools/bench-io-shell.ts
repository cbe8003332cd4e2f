/** A shell in a guest, behind `nc -ll -e sh`, reached from another network namespace. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";

export const shellPort = 7000;
export const shellServer = ["nc", "-ll", "-p", String(shellPort), "-e", "sh"];

const connectMs = 60_000;
const commandMs = 120_000;

export class GuestShell {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  #output = "";
  #count = 0;

  private constructor(space: string, address: string) {
    this.#child = spawn("ip", ["netns", "exec", space, "busybox", "nc", address, String(shellPort)], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    this.#child.stdin.on("error", () => {}); // seen as the end of the output
    this.#child.stdout.on("data", (bytes: Buffer) => {
      this.#output += bytes.toString();
    });
  }

  /** Tries until the guest listens. */
  static async open(space: string, address: string): Promise<GuestShell> {
    const deadline = Date.now() + connectMs;
    for (;;) {
      const shell = new GuestShell(space, address);
      try {
        await shell.run("true");
        return shell;
      } catch (error) {
        await shell.close();
        if (Date.now() > deadline) throw error;
        await pause(200);
      }
    }
  }

  /** What the command prints, and how long that took. */
  async run(command: string): Promise<{ readonly text: string; readonly ms: number }> {
    const mark = `done-${this.#count++}-`;
    this.#output = "";
    const begin = process.hrtime.bigint();
    this.#child.stdin.write(`{ ${command}\n} 2>&1; echo ${mark}$?\n`);
    const end = new RegExp(`^${mark}(\\d+)$`, "m");
    for (;;) {
      const match = end.exec(this.#output);
      if (match) {
        const text = this.#output.slice(0, match.index);
        if (match[1] !== "0") throw new Error(`${command}: exit ${match[1]}: ${text}`);
        return { text, ms: Number(process.hrtime.bigint() - begin) / 1e6 };
      }
      await this.#more(command);
    }
  }

  async #more(command: string): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) throw new Error(`${command}: the guest's shell has ended`);
    const stop = new AbortController();
    const { signal } = stop;
    try {
      await Promise.race([
        once(this.#child.stdout, "data", { signal }),
        once(this.#child, "exit", { signal }),
        pause(commandMs, undefined, { signal }).then(() => Promise.reject(new Error(`${command}: no end within ${commandMs} ms`))),
      ]);
    } finally {
      stop.abort();
    }
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }
}
