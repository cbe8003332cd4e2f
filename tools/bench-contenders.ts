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
}

/** `place`: a directory for their state. One that does not start here is left out, saying so. */
export function findContenders(place: string): Contender[] {
  const peers = execFileSync("bash", ["tools/bench-peers.sh"], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
  // with and without a share are two kinds of machine: one of each is to wait
  const config = join(place, "configuration.toml");
  writeFileSync(config, "[factory]\nvm_cache_number = 2\n");
  const ours = ["--config", config];
  const all: [string, string, string[], RootKind][] = [
    ["kata-runtime", resolve("build/bin/kata-runtime"), ours, "directory"],
    ["kata, disk", resolve("build/bin/kata-runtime"), ours, "disk"],
    ["runc", join(peers, "runc"), [], "directory"],
    ["crun", join(peers, "crun"), [], "directory"],
    // its network namespace is as empty as the others', and cgroup v1 is none of its business here
    ["runsc", join(peers, "runsc"), ["--network=none", "--ignore-cgroups"], "directory"],
  ];
  return all.flatMap(([name, command, options, root]) => {
    const { status, stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
    if (status !== 0) console.error(`bench: ${command} --version: exit ${status}, left out`);
    const [version = ""] = (stdout ?? "").split("\n");
    return status === 0 ? [{ name, command, global: ["--root", stateOf(place, name), ...options], version, root }] : [];
  });
}

export const stateOf = (place: string, name: string): string => join(place, name.replace(/\W+/g, "-"));

/** What the kernel and two small programs cost without any runtime: new namespaces and a root directory of its own. */
export function floorCommand(rootfs: string, ...args: readonly string[]): { readonly command: string; readonly args: readonly string[] } {
  const namespaces = ["--mount", "--pid", "--net", "--uts", "--ipc", "--fork"];
  return { command: "unshare", args: [...namespaces, "chroot", rootfs, ...args] };
}

export const floorName = "floor";
