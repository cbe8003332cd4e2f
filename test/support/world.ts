/** A place for tests of the built programs: state directory and bundles of its own, and a look at what is left behind. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { makeRootfs, type TestSpec, testSpec } from "./bundle.ts";

export interface Result {
  /** 128 + signal when one ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Buffer;
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly timeoutMs?: number;
}

const buildDirectory = resolve(process.env["KATA_BUILD"] ?? "build");
export const kataRuntime = join(buildDirectory, "bin/kata-runtime");

/** The same tests pass with sandboxes in reserve, with clones of the template alone, and with machines that boot. */
const factoryTables: Readonly<Record<string, string>> = {
  on: "",
  template: "[factory]\nvm_cache_number = 0\n",
  off: "[factory]\nenable_template = false\n",
};

export class World {
  readonly directory: string;
  /** The state directory. */
  readonly root: string;
  readonly program: string;
  #bundles = 0;
  #files = 0;
  readonly #started: ChildProcess[] = [];

  /** `program` may be another runtime of the same command line. */
  constructor(program = kataRuntime) {
    if (!existsSync(program)) throw new Error(`${program} is missing: run make first`);
    this.program = program;
    this.directory = mkdtempSync(join(tmpdir(), "kata-test-"));
    this.root = join(this.directory, "state");
  }

  /** A bundle whose specification `edit` changes. */
  bundle(args: readonly string[], edit: (spec: TestSpec) => void = () => {}): string {
    const path = join(this.directory, `bundle-${this.#bundles++}`);
    makeRootfs(join(path, "rootfs"));
    const spec = testSpec(...args);
    edit(spec);
    writeFileSync(join(path, "config.json"), JSON.stringify(spec));
    return path;
  }

  /** Starts the runtime on this world's state directory. */
  start(args: readonly string[], options: RunOptions & { stdio?: ("pipe" | "ignore" | number)[] } = {}): ChildProcess {
    const child = spawn(this.program, ["--root", this.root, ...this.#configuration(args), ...args], {
      cwd: options.cwd ?? this.directory,
      env: { PATH: process.env["PATH"] ?? "", ...options.env },
      stdio: options.stdio ?? ["pipe", "pipe", "pipe"],
    });
    this.#started.push(child);
    return child;
  }

  /** What KATA_TEST_FACTORY asks for, unless the test has a configuration of its own. */
  #configuration(args: readonly string[]): string[] {
    const factory = factoryTables[process.env["KATA_TEST_FACTORY"] ?? "on"];
    if (factory === undefined) throw new Error("KATA_TEST_FACTORY: must be on, template or off");
    if (factory === "" || this.program !== kataRuntime || args.includes("--config")) return [];
    const path = join(this.directory, "factory.toml");
    if (!existsSync(path)) writeFileSync(path, factory);
    return ["--config", path];
  }

  /** A shell command on a terminal of its own. */
  script(command: string): ChildProcess {
    const child = spawn("script", ["-qec", command, "/dev/null"], { cwd: this.directory });
    this.#started.push(child);
    return child;
  }

  /**
   * Runs a command to its end. One that leaves a container behind writes to files: the container has its streams, and a
   * pipe would not end.
   */
  async kata(args: readonly string[], options: RunOptions = {}): Promise<Result> {
    if (args.includes("create") || args.includes("-d")) return this.#withFiles(args, options);
    const child = this.start(args, options);
    child.stdin?.on("error", () => {});
    child.stdin?.end(options.input ?? "");
    return finish(child, options.timeoutMs ?? 120_000);
  }

  async #withFiles(args: readonly string[], options: RunOptions): Promise<Result> {
    const paths = ["stdout", "stderr"].map((name) => join(this.directory, `${name}-${this.#files++}`));
    const [stdout = 0, stderr = 0] = paths.map((path) => openSync(path, "w"));
    const child = this.start(args, { ...options, stdio: ["ignore", stdout, stderr] });
    try {
      const { code } = await finish(child, options.timeoutMs ?? 120_000);
      const [out = "", err = ""] = paths.map((path) => readFileSync(path, "utf8"));
      return { code, stdout: out, stderr: err };
    } finally {
      closeSync(stdout);
      closeSync(stderr);
    }
  }

  /** Creates and starts `id` detached. */
  async detached(id: string, bundle: string): Promise<void> {
    const { code, stderr } = await this.kata(["run", "-d", "-b", bundle, id]);
    if (code !== 0) throw new Error(`run -d ${id}: exit ${code}: ${stderr}`);
  }

  async state(id: string): Promise<{ status: string; pid: number; [key: string]: unknown }> {
    const { code, stdout, stderr } = await this.kata(["state", id]);
    if (code !== 0) throw new Error(`state ${id}: ${stderr}`);
    return JSON.parse(stdout) as { status: string; pid: number };
  }

  /** Deletes all containers. */
  async deleteAll(): Promise<void> {
    if (!existsSync(this.root)) return;
    for (const id of readdirSync(this.root)) if (!id.startsWith("@")) await this.kata(["delete", "--force", id]);
  }

  /** Ends whatever the test left and removes all files. */
  async dispose(): Promise<void> {
    for (const child of this.#started) if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await this.deleteAll();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** What exists on this machine because of this world, and what could be left behind by any: compare before and after. */
  snapshot(): Set<string> {
    const own = hostProcesses(this.directory).map(({ command }) => `process ${command}`);
    return new Set([...own, ...mounts(), ...cgroups(), ...links(), ...sockets(this.root), ...files(this.root)]);
  }

  /** What was not there at `earlier`, and which mounts and links are missing since: cgroups and processes of others come and go. */
  changes(earlier: ReadonlySet<string>): string[] {
    const now = this.snapshot();
    const added = [...now].filter((each) => !earlier.has(each)).map((each) => `left: ${each}`);
    const missing = [...earlier].filter((each) => !now.has(each) && /^(?:mount|link) /.test(each));
    return [...added, ...missing.map((each) => `gone: ${each}`)];
  }
}

/** Waits for the end; kills it when that takes too long. */
export function finish(child: ChildProcess, timeoutMs: number): Promise<Result> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => err.push(chunk));
  return new Promise((done, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(
        new Error(`${child.spawnargs.join(" ")}: no end after ${timeoutMs} ms; stdout ${Buffer.concat(out)}, stderr ${Buffer.concat(err)}`),
      );
    }, timeoutMs);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      done({ code: code ?? 128 + signalNumber(signal), stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    });
  });
}

const signalNumber = (name: NodeJS.Signals | null): number => ({ SIGKILL: 9, SIGTERM: 15, SIGINT: 2, SIGHUP: 1 })[name as "SIGKILL"] ?? 0;

/** Waits until `condition` holds; the deadline is generous, since only its absence is a failure. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, timeoutMs = 30_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await new Promise((resume) => setTimeout(resume, 20));
  }
}

export interface HostProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/**
 * Processes of ours: sandbox processes and stand-ins of the build under test, their VMMs and share daemons. A sandbox in
 * reserve is nobody's, and left out with its helpers unless `reserves` says so.
 */
export function hostProcesses(worldDirectory = "", { reserves = false } = {}): HostProcess[] {
  const all = new Map<number, HostProcess & { readonly program: string }>();
  const own = statSync(kataRuntime);
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      const exe = statSync(`/proc/${name}/exe`); // the link's text has another root where the process lives elsewhere
      const program = exe.dev === own.dev && exe.ino === own.ino ? kataRuntime : (command.split(" ")[0] ?? "");
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      all.set(Number(name), { pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]), command, program });
    } catch {
      // it ended while we looked, or is a kernel thread
    }
  }
  const inReserve = (process: HostProcess | undefined): boolean =>
    process !== undefined && (process.command === "kata-sandbox reserve" || inReserve(all.get(process.parent)));
  const ofSandbox = (process: (HostProcess & { program: string }) | undefined): boolean =>
    process !== undefined && (process.program === kataRuntime || ofSandbox(all.get(process.parent)));
  const isOurs = (process: HostProcess & { program: string }): boolean => {
    if (process.program === kataRuntime) return true;
    if (!/qemu-system|virtiofsd/.test(process.program)) return false;
    // one that lost its sandbox process is told by what it was started with, or, a clone, by having lost it
    return ofSandbox(process) || process.parent === 1 || (worldDirectory !== "" && process.command.includes(worldDirectory));
  };
  return [...all.values()].filter((process) => isOurs(process) && (reserves || !inReserve(process)));
}

const mounts = (): string[] =>
  readFileSync("/proc/self/mountinfo", "utf8")
    .trim()
    .split("\n")
    .map((line) => `mount ${line.split(" ")[4]}`);

function cgroups(): string[] {
  const found = execFileSync("find", ["/sys/fs/cgroup", "-mindepth", "1", "-maxdepth", "4", "-type", "d"], { encoding: "utf8" });
  return found
    .trim()
    .split("\n")
    .map((path) => `cgroup ${path}`);
}

const links = (): string[] => readdirSync("/sys/class/net").map((name) => `link ${name}`);

function sockets(root: string): string[] {
  return readFileSync("/proc/net/unix", "utf8")
    .split("\n")
    .filter((line) => line.includes(root))
    .map((line) => `socket ${line.split(" ").pop()}`);
}

function files(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true })
    .map((path) => `file ${String(path)}`)
    .filter((line) => !line.startsWith("file @host") && line !== "file @sandbox");
}

export function makeDirectory(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}
