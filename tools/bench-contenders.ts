/** Who is measured beside kata-runtime: Debian's runc, crun and gVisor, and the least that namespaces cost. */
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { RootKind } from "./bench-bundles.ts";

export interface Contender {
  readonly name: string;
  readonly command: string;
  /** Options before the command. */
  readonly global: readonly string[];
  readonly version: string;
  /** What its containers have as their root. */
  readonly root: RootKind;
  /** Sandboxes in reserve that wait before a start is measured; without any, starts alone are measured. undefined: a peer. */
  readonly reserves?: number;
}

type Candidate = Omit<Contender, "global" | "version"> & { readonly options: readonly string[] };

/** With and without a share: one of each is to wait. */
const kinds = 2;

/** `place`: a directory for their state. One that does not start here is left out, saying so. */
export function findContenders(place: string): Contender[] {
  const peers = execFileSync("bash", ["tools/bench-peers.sh"], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
  const ours = (name: string, root: RootKind, reserves: number): Candidate => {
    const config = join(place, `reserves-${reserves}.toml`);
    writeFileSync(config, `[factory]\nvm_cache_number = ${reserves}\n`);
    return { name, command: resolve("build/bin/kata-runtime"), options: ["--config", config], root, reserves };
  };
  const peer = (name: string, ...options: string[]): Candidate => ({ name, command: join(peers, name), options, root: "directory" });
  const all = [
    ours("kata-runtime", "directory", kinds),
    ours("kata, disk", "disk", kinds),
    ours("kata, cloned", "directory", 0),
    ours("kata, disk, cloned", "disk", 0),
    peer("runc"),
    peer("crun"),
    // its network namespace is as empty as the others', and cgroup v1 is none of its business here
    peer("runsc", "--network=none", "--ignore-cgroups"),
  ];
  return all.flatMap(({ name, command, options, ...rest }) => {
    const { status, stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
    if (status !== 0) console.error(`bench: ${command} --version: exit ${status}, left out`);
    const [version = ""] = (stdout ?? "").split("\n");
    return status === 0 ? [{ name, command, global: ["--root", stateOf(place, name), ...options], version, ...rest }] : [];
  });
}

export const stateOf = (place: string, name: string): string => join(place, name.replace(/\W+/g, "-"));

/** What the kernel and two small programs cost without any runtime: new namespaces and a root directory of its own. */
export function floorCommand(rootfs: string, ...args: readonly string[]): { readonly command: string; readonly args: readonly string[] } {
  const namespaces = ["--mount", "--pid", "--net", "--uts", "--ipc", "--fork"];
  return { command: "unshare", args: [...namespaces, "chroot", rootfs, ...args] };
}

export const floorName = "floor";
