/** Who is measured beside kata-runtime: Debian's runc, crun and gVisor, and the least that namespaces cost. */
import { execFileSync, spawnSync } from "node:child_process";
import { join, resolve } from "node:path";

export interface Contender {
  readonly name: string;
  readonly command: string;
  /** Options before the command. */
  readonly global: readonly string[];
  readonly version: string;
}

/** `place`: a directory for their state. One that does not start here is left out, saying so. */
export function findContenders(place: string): Contender[] {
  const peers = execFileSync("bash", ["tools/bench-peers.sh"], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
  const all: [string, string, string[]][] = [
    ["kata-runtime", resolve("build/bin/kata-runtime"), []],
    ["runc", join(peers, "runc"), []],
    ["crun", join(peers, "crun"), []],
    // its network namespace is as empty as the others', and cgroup v1 is none of its business here
    ["runsc", join(peers, "runsc"), ["--network=none", "--ignore-cgroups"]],
  ];
  return all.flatMap(([name, command, options]) => {
    const { status, stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
    if (status !== 0) console.error(`bench: ${command} --version: exit ${status}, left out`);
    const [version = ""] = (stdout ?? "").split("\n");
    return status === 0 ? [{ name, command, global: ["--root", join(place, name), ...options], version }] : [];
  });
}

/** What the kernel and two small programs cost without any runtime: new namespaces and a root directory of its own. */
export function floorCommand(rootfs: string, ...args: readonly string[]): { readonly command: string; readonly args: readonly string[] } {
  const namespaces = ["--mount", "--pid", "--net", "--uts", "--ipc", "--fork"];
  return { command: "unshare", args: [...namespaces, "chroot", rootfs, ...args] };
}

export const floorName = "floor";
