/** The runtimes that must behave alike, and where this one means to differ. */
import assert from "node:assert/strict";
import { openSync } from "node:fs";
import { join } from "node:path";
import { after, describe, type TestContext } from "node:test";
import type { TestSpec } from "../support/bundle.ts";
import { kataRuntime, type Result, type RunOptions, World } from "../support/world.ts";
import { countAssertions } from "./assertions.ts";
import { differences } from "./differences.ts";

/** runc shows that a test itself is right; Debian's is 1.1.5. crun has words of its own and shows how far the rest agrees. */
const programs = { "kata-runtime": kataRuntime, runc: "/usr/sbin/runc", crun: "/usr/bin/crun" } as const;

export type RuntimeName = keyof typeof programs;

/**
 * KATA_TEST_RUNTIMES lists them with commas. runc has failures of its own on a busy machine, which are to be seen and must
 * not decide about this project.
 */
function chosenRuntimes(): RuntimeName[] {
  const names = (process.env["KATA_TEST_RUNTIMES"] ?? "kata-runtime,runc").split(",");
  return names.map((name) => {
    if (name in programs) return name as RuntimeName;
    throw new Error(`KATA_TEST_RUNTIMES: ${name} is none of ${Object.keys(programs).join(", ")}`);
  });
}

countAssertions();

/** Registers the tests of `body` once for each chosen runtime, each with a world of its own. */
export function eachRuntime(body: (runtime: ConformingRuntime) => void): void {
  for (const name of chosenRuntimes()) {
    describe(name, () => {
      const runtime = new ConformingRuntime(name);
      after(() => runtime.world.dispose());
      body(runtime);
    });
  }
}

export class ConformingRuntime {
  readonly name: RuntimeName;
  readonly world: World;
  readonly #said = new Set<string>();
  readonly #earlier: ReadonlySet<string>;

  constructor(name: RuntimeName) {
    this.name = name;
    this.world = new World(programs[name]);
    this.#earlier = this.world.snapshot();
  }

  get isKata(): boolean {
    return this.name === "kata-runtime";
  }

  run(args: readonly string[], options?: RunOptions): Promise<Result> {
    return this.world.kata(args, options);
  }

  /** The standard output of a command that must succeed and say nothing else. */
  async succeeds(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(args);
    assert.deepEqual({ args, code, stderr }, { args, code: 0, stderr: "" });
    return stdout;
  }

  /** The message of the one record of a command that must fail; the runtime's name is `RUNTIME` in it. */
  async fails(code: number, ...args: string[]): Promise<string> {
    const result = await this.run(args);
    assert.deepEqual({ args, code: result.code, stderr: result.stderr }, { args, code, stderr: result.stderr });
    return this.messageOf(result.stderr);
  }

  messageOf(stderr: string): string {
    const records = [...stderr.matchAll(/^time="[^"]*" level=(\w+) msg=("(?:[^"\\]|\\.)*"|\S+)/gm)];
    const errors = records.filter(([, level]) => level === "error");
    assert.equal(errors.length, 1, stderr);
    const message = errors[0]?.[2] ?? "";
    return (message.startsWith('"') ? (JSON.parse(message) as string) : message).replaceAll(this.name, "RUNTIME");
  }

  /** Creates `id`; its output goes to the file that is returned. */
  async created(id: string, edit: (spec: TestSpec) => void = () => {}, options: readonly string[] = []): Promise<CreatedContainer> {
    const bundle = this.world.bundle(["sleep", "1000"], edit);
    const output = join(bundle, "output");
    const fd = openSync(output, "w");
    const child = this.world.start(["create", "-b", bundle, ...options, id], { stdio: ["ignore", fd, fd] });
    const code = await new Promise((done) => child.on("exit", done));
    assert.equal(code, 0, `create ${id}: see ${output}`);
    return { bundle, output };
  }

  async started(id: string, edit?: (spec: TestSpec) => void, options?: readonly string[]): Promise<CreatedContainer> {
    const made = await this.created(id, edit, options);
    await this.succeeds("start", id);
    return made;
  }

  /** `run` in the foreground. */
  runs(id: string, edit: (spec: TestSpec) => void, options?: RunOptions): Promise<Result> {
    return this.run(["run", "-b", this.world.bundle(["true"], edit), id], options);
  }

  async status(id: string): Promise<string> {
    return (await this.world.state(id)).status;
  }

  /** What a test expects where the two differ on purpose; the reason is printed. */
  expected<K extends keyof typeof differences>(t: TestContext, key: K): (typeof differences)[K]["kata"] | (typeof differences)[K]["runc"] {
    const { reason, kata, runc } = differences[key];
    if (!this.#said.has(key)) t.diagnostic(`meant to differ from runc: ${reason}`);
    this.#said.add(key);
    return this.isKata ? kata : runc;
  }

  leftNothing(): void {
    assert.deepEqual(this.world.changes(this.#earlier), []);
  }
}

export interface CreatedContainer {
  readonly bundle: string;
  readonly output: string;
}
