/**
 * Pods: what the machine of one takes with 1, 3 and 10 containers beside that of the sandbox, and how long the second container takes
 * to start in it, beside runc, a round of each in turn. Writes build/bench-pod.json, which bench-page.ts puts into the page.
 *
 *   node --import tsx tools/bench-pod.ts [--counts 1,3,10] [--rounds 7]
 */
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { makeRootfs, testSpec } from "../test/support/bundle.ts";
import { type PodResults, podTables } from "./bench-tables.ts";
import { memoryByKind, sandboxPids, totalKib } from "./process-memory.ts";

const { values } = parseArgs({ options: { counts: { type: "string", default: "1,3,10" }, rounds: { type: "string", default: "7" } } });
const place = mkdtempSync(join(tmpdir(), "kata-bench-pod-"));
const program = resolve(process.env["KATA_BUILD"] ?? "build", "bin/kata-runtime");

class Pod {
  readonly #command: string;
  readonly #root: string;
  readonly #containers: string[] = [];

  constructor(name: string, command: string) {
    this.#command = command;
    this.#root = join(place, `bench-${name}`);
    mkdirSync(this.#root);
  }

  /** Milliseconds until one more container, the first of them the sandbox's own, runs. */
  start(): number {
    const id = `${this.#containers.length === 0 ? "pod" : "container"}-${this.#containers.length}`;
    const bundle = this.#bundle(id);
    const begin = process.hrtime.bigint();
    this.#run("run", "-d", "-b", bundle, id);
    const ms = Number(process.hrtime.bigint() - begin) / 1e6;
    this.#containers.push(id);
    return ms;
  }

  endLast(): void {
    const id = this.#containers.pop();
    if (id !== undefined) this.#run("delete", "--force", id);
  }

  end(): void {
    while (this.#containers.length > 0) this.endLast();
  }

  get memoryKib(): { readonly kib: number; readonly standInKib: number } {
    const all = this.#containers.map((id) => memoryByKind(sandboxPids(this.#root, "pod-0", id)));
    const [first] = all;
    if (!first) return { kib: 0, standInKib: 0 };
    const standInKib = all.reduce((sum, { "stand-in": { pssKib } }) => sum + pssKib, 0);
    return { kib: totalKib(first) - first["stand-in"].pssKib + standInKib, standInKib };
  }

  #run(...args: string[]): string {
    const out = openSync(join(place, "output"), "w+"); // a container keeps the streams
    try {
      execFileSync(this.#command, ["--root", this.#root, ...args], { stdio: ["ignore", out, "inherit"] });
      return readFileSync(join(place, "output"), "utf8");
    } finally {
      closeSync(out);
    }
  }

  #bundle(id: string): string {
    const bundle = mkdtempSync(join(place, "bundle-"));
    makeRootfs(join(bundle, "rootfs"));
    const spec = testSpec("sleep", "100000");
    spec.mounts = spec.mounts.filter(({ type }) => type !== "cgroup");
    spec.linux.namespaces = spec.linux.namespaces.filter(({ type }) => type !== "cgroup").map((each) => this.#joined(each));
    spec.linux.cgroupsPath = `/${basename(this.#root)}-${id}`;
    spec.annotations = {
      "io.kubernetes.cri.container-type": this.#containers.length === 0 ? "sandbox" : "container",
      "io.kubernetes.cri.sandbox-id": this.#containers[0] ?? id,
    };
    writeFileSync(join(bundle, "config.json"), JSON.stringify(spec));
    return bundle;
  }

  /** A container of a pod has network, IPC and name of its sandbox. */
  #joined(namespace: { type: string }): { type: string; path?: string } {
    const file = { network: "net", ipc: "ipc", uts: "uts" }[namespace.type];
    const [first] = this.#containers;
    if (file === undefined || first === undefined) return namespace;
    const { pid } = JSON.parse(this.#run("state", first)) as { pid: number };
    return { ...namespace, path: `/proc/${pid}/ns/${file}` };
  }
}

async function measureMemory(): Promise<PodResults["memory"]> {
  const pod = new Pod("memory", program);
  const measured: { count: number; kib: number; standInKib: number }[] = [];
  try {
    pod.start();
    let running = 0;
    for (const count of values.counts.split(",").map(Number)) {
      for (; running < count; running++) pod.start();
      await pause(10_000); // the reserve is made, and what an idle agent gives back is given back
      measured.push({ count, ...pod.memoryKib });
    }
  } finally {
    pod.end();
  }
  return measured;
}

async function measureSecond(): Promise<PodResults["second"]> {
  const second: Record<string, number[]> = { "kata-runtime": [], runc: [] };
  const pods = { "kata-runtime": new Pod("kata", program), runc: new Pod("runc", "runc") };
  try {
    for (const pod of Object.values(pods)) pod.start();
    for (let round = 0; round < Number(values.rounds); round++)
      for (const [name, pod] of Object.entries(pods)) {
        await pause(1000);
        second[name]?.push(pod.start());
        pod.endLast();
      }
  } finally {
    for (const pod of Object.values(pods)) pod.end();
  }
  return second;
}

try {
  const results: PodResults = { load: loadavg()[0] ?? 0, memory: await measureMemory(), second: await measureSecond() };
  writeFileSync("build/bench-pod.json", `${JSON.stringify(results, undefined, 2)}\n`);
  console.log(podTables(results));
} finally {
  rmSync(place, { recursive: true, force: true });
}
