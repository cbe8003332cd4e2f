/** The small C program beside this file, built when a test first needs it. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, renameSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("host-helper.c", import.meta.url));

/** Path of the program. */
export function hostHelper(): string {
  const directory = resolve("build/test");
  const program = join(directory, "host-helper");
  if (modified(program) > modified(source)) return program;
  mkdirSync(directory, { recursive: true });
  const made = `${program}.${process.pid}`;
  execFileSync("gcc", ["-Wall", "-O1", "-o", made, source], { stdio: ["ignore", "ignore", "inherit"] });
  renameSync(made, program);
  return program;
}

const modified = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

export type Stdio = "pipe" | "ignore" | number;

/** A helper process: its reports, its orders and what came out of the terminal it holds. */
export class HostHelper {
  readonly child: ChildProcess;
  /** Bytes of the terminal, or of the command. */
  output = "";
  errors = "";
  readonly reports: string[] = [];
  readonly ended: Promise<number>;
  #waiting: (() => void)[] = [];

  constructor(args: readonly string[], options: { stdio?: readonly [Stdio, Stdio, Stdio]; cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
    const [stdin, stdout, stderr] = options.stdio ?? ["pipe", "pipe", "pipe"];
    const { cwd, env } = options;
    this.child = spawn(hostHelper(), args, {
      stdio: [stdin, stdout, stderr, "pipe", "pipe"],
      ...(cwd !== undefined && { cwd }),
      ...(env && { env }),
    });
    this.child.stdin?.on("error", () => {});
    this.child.stdout?.on("data", (chunk: Buffer) => this.#note(() => (this.output += chunk.toString())));
    this.child.stderr?.on("data", (chunk: Buffer) => this.#note(() => (this.errors += chunk.toString())));
    const reports = this.child.stdio[3] as Readable;
    let partial = "";
    reports.on("data", (chunk: Buffer) => {
      const lines = (partial + chunk.toString()).split("\n");
      partial = lines.pop() ?? "";
      this.#note(() => this.reports.push(...lines));
    });
    this.ended = new Promise((done) => this.child.on("close", (code) => this.#note(() => done(code ?? 255))));
  }

  /** `size ROWS COLUMNS`, `modes`, `signal N`, `hangup`. */
  order(text: string): void {
    (this.child.stdio[4] as Writable).write(`${text}\n`);
  }

  type(text: string): void {
    this.child.stdin?.write(text);
  }

  /** The match of `pattern` in the output, as soon as it is there. */
  shows(pattern: RegExp, timeoutMs = 60_000): Promise<RegExpExecArray> {
    return this.#find(pattern, () => [this.output], timeoutMs);
  }

  /** The match of `pattern` in one of the reports, as soon as it is there. */
  reported(pattern: RegExp, timeoutMs = 60_000): Promise<RegExpExecArray> {
    return this.#find(pattern, () => this.reports, timeoutMs);
  }

  async #find(pattern: RegExp, texts: () => readonly string[], timeoutMs: number): Promise<RegExpExecArray> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      for (const text of texts()) {
        const match = pattern.exec(text);
        if (match) return match;
      }
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`no ${pattern} within ${timeoutMs} ms in ${JSON.stringify(texts())}; errors ${this.errors}`);
      await new Promise<void>((resume) => {
        const timer = setTimeout(resume, left);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resume();
        });
      });
    }
  }

  #note(change: () => void): void {
    change();
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
