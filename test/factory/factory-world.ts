/** A world whose templates and sandboxes in reserve are its own, on the tmpfs that the tests have at /run. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Result, type RunOptions, until, World } from "../support/world.ts";

export interface FactoryKeys {
  readonly template_path?: string;
  readonly vm_cache_number?: number;
  readonly reserve_idle_timeout?: number;
  readonly enable_template?: boolean;
}

export interface ReserveStatus {
  readonly id: string;
  readonly key: string;
  readonly state: "preparing" | "waiting" | "broken";
  readonly pid: number;
  readonly helperPids: readonly number[];
  readonly vmPid?: number;
  readonly current: boolean;
}

export interface Status {
  readonly enabled: boolean;
  readonly on: boolean;
  readonly templatePath: string;
  readonly reservePath: string;
  readonly templates: readonly { readonly key: string; readonly current: boolean; readonly stale?: string }[];
  readonly reserves: readonly ReserveStatus[];
}

/** Small: a template is quickly made, and twenty machines fit. */
const machine = { default_memory: 256 };

export class FactoryWorld {
  readonly world = new World();
  /** Holds templates and reserves; a tmpfs. */
  readonly place = mkdtempSync("/run/kata-factory-");
  readonly #hypervisor: Readonly<Record<string, string | number | boolean>>;
  #config = "";

  constructor(keys: FactoryKeys = {}, hypervisor: Readonly<Record<string, string | number | boolean>> = {}) {
    this.#hypervisor = { ...machine, ...hypervisor };
    this.configure(keys);
  }

  get templatePath(): string {
    return join(this.place, "template");
  }

  get reservePath(): string {
    return join(this.place, "reserve");
  }

  /** Another configuration from now on. */
  configure(keys: FactoryKeys, hypervisor: Readonly<Record<string, string | number | boolean>> = {}): void {
    const all = { template_path: this.templatePath, reserve_path: this.reservePath, vm_cache_number: 1, ...keys };
    const lines = (table: object): string =>
      Object.entries(table)
        .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
        .join("");
    this.#config = join(this.world.directory, "configuration.toml");
    writeFileSync(this.#config, `[hypervisor.qemu]\n${lines({ ...this.#hypervisor, ...hypervisor })}\n[factory]\n${lines(all)}`);
  }

  /** Arguments before the command. */
  get global(): string[] {
    return ["--config", this.#config];
  }

  kata(args: readonly string[], options: RunOptions = {}): Promise<Result> {
    return this.world.kata([...this.global, ...args], options);
  }

  /** `factory` with this order; throws when it fails. */
  async factory(order: "init" | "status" | "destroy", ...options: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.kata(["factory", ...options, order]);
    if (code !== 0) throw new Error(`factory ${order}: ${stderr}`);
    return stdout;
  }

  async status(): Promise<Status> {
    return JSON.parse(await this.factory("status", "--json")) as Status;
  }

  /** The sandbox in reserve, as soon as it waits. */
  async waiting(): Promise<ReserveStatus> {
    let found: ReserveStatus | undefined;
    await until("a sandbox in reserve", async () => {
      found = (await this.status()).reserves.find(({ state, current }) => state === "waiting" && current);
      return found !== undefined;
    });
    if (!found) throw new Error("unreachable");
    return found;
  }

  /** Runs a container in the foreground; what it printed. Throws when it fails. */
  async run(id: string, args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.kata(["run", "-b", this.world.bundle(args), id]);
    if (code !== 0) throw new Error(`run ${id}: exit ${code}: ${stderr}`);
    return stdout;
  }

  /** Creates and starts `id` detached; what it said on standard error. */
  async detached(id: string, args: readonly string[] = ["sleep", "1000"]): Promise<string> {
    const { code, stderr } = await this.kata(["run", "-d", "-b", this.world.bundle(args), id]);
    if (code !== 0) throw new Error(`run -d ${id}: exit ${code}: ${stderr}`);
    return stderr;
  }

  /** The sandbox process of a container, and its helpers. */
  sandboxProcesses(id: string): { pid: number; helpers: number[] } {
    const record = JSON.parse(readFileSync(join(this.world.root, "@sandbox", id, "sandbox.json"), "utf8")) as {
      process: { pid: number };
      helpers: { pid: number }[];
    };
    return { pid: record.process.pid, helpers: record.helpers.map(({ pid }) => pid) };
  }

  /** Whether its VM went on from a template. */
  isClone(id: string): boolean {
    const { helpers } = this.sandboxProcesses(id);
    return helpers.some((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("\0-incoming\0"));
  }

  async delete(id: string): Promise<void> {
    const { code, stderr } = await this.kata(["delete", "--force", id]);
    if (code !== 0) throw new Error(`delete ${id}: ${stderr}`);
  }

  async dispose(): Promise<void> {
    this.configure({});
    await this.world.deleteAll();
    await this.kata(["factory", "destroy"]);
    await this.world.dispose();
    rmSync(this.place, { recursive: true, force: true });
  }
}

/** Whether a process runs; one that nobody has reaped does not. */
export function runs(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
