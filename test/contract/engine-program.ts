/** Contract suites that need real system calls: built as a program on our engine, run, and its TAP lines told as tests. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { test } from "node:test";
import { buildEngine, root } from "../../tools/engine.ts";
import { buildProgram } from "../../tools/program.ts";

/** The build under test; `make coverage` names one whose lines are counted, then ours are too. */
const build = resolve(root, process.env["KATA_TEST_BUILD"] ?? "build");
const counted = basename(build) === "instrumented";
const out = join(build, "contract");

/** The initrd with the agent in it. */
/** The product's guest: its initrd has the modules of its kernel, whichever that is. */
export const product = { kernel: join(build, "share/kata-containers/vmlinux"), initrd: join(build, "share/kata-containers/initrd") };

export interface GuestFiles {
  readonly kernel: string;
  readonly initrd: string;
}

/** A directory that goes when this process does: suites start long after the runner believes that the file is through. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "contract-"));
  process.on("exit", () => rmSync(directory, { recursive: true }));
  return directory;
}

/** Debian's kernel and an initrd whose /init is guest/init.c. */
export function buildGuest(): GuestFiles {
  mkdirSync(out, { recursive: true });
  const directory = execFileSync(join(root, "tools/fetch-kernel.sh"), { encoding: "utf8" }).trim();
  const init = join(out, "guest-init");
  execFileSync("gcc", [
    "-static",
    "-O2",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-D_GNU_SOURCE",
    join(root, "test/contract/guest/init.c"),
    "-o",
    init,
  ]);
  const initrd = join(out, "guest.cpio");
  execFileSync(process.execPath, ["--import", "tsx", join(root, "tools/initrd.ts"), init, directory, initrd], { cwd: root });
  return { kernel: join(directory, "vmlinux"), initrd };
}

/** Builds test/contract/programs/NAME.ts; the path of the program. */
export async function buildContractProgram(name: string): Promise<string> {
  const counters = counted ? { counters: join(root, "build/coverage/counters") } : {};
  const binary = join(out, name);
  const entry = `test/contract/programs/${name}.ts`;
  await buildProgram(
    { name, entry, binary, work: join(out, "js"), seccomp: false, math: true, sanitize: false, ...counters },
    buildEngine(false),
  );
  return binary;
}

/** Runs the program and makes a test of each line it prints. */
export function tellTests(program: string, args: readonly string[], timeoutMs: number): void {
  const { stdout, stderr, status, signal } = spawnSync(program, args, { encoding: "utf8", timeout: timeoutMs, maxBuffer: 1 << 26 });
  const said = `${stdout}\n${stderr}`;
  const planned = Number(/^1\.\.(\d+)$/m.exec(stdout)?.[1] ?? Number.NaN);
  const results = [...stdout.matchAll(/^(ok|not ok) \d+ - (.*)((?:\n# .*)*)/gm)];
  for (const [, verdict, name = "", details = ""] of results) {
    test(name, () => assert.equal(verdict, "ok", details));
  }
  test(`${program} runs all its tests`, () => {
    assert.equal(results.length, planned, said);
    assert.equal(status, 0, `status ${status}, signal ${signal}\n${said}`);
  });
}
