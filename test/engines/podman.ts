/** Podman with storage, networks and configuration of its own, which has kata-runtime beside others, and an image made here. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeRootfs } from "../support/bundle.ts";
import { kataRuntime } from "../support/world.ts";
import { type Engine, image, type Row, runScript } from "./engine.ts";

export const version = (): string => /\d+\.\d+/.exec(execFileSync("podman", ["--version"], { encoding: "utf8" }))?.[0] ?? "?";

/** No more than this process has: the machine's root may be unable to raise one. */
function ownLimit(name: string): string {
  return new RegExp(`^${name} +\\d+ +(\\d+)`, "m").exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? "1024";
}

export class Podman implements Engine {
  readonly directory = mkdtempSync(join(tmpdir(), "kata-podman-"));

  get #prelude(): string {
    const places = ["root", "runroot", "tmpdir:tmp", "network-config-dir:net"].map((each) => {
      const [option, name = option] = each.split(":");
      return `--${option} ${join(this.directory, name ?? "")}`;
    });
    return `
      export CONTAINERS_CONF=${join(this.directory, "containers.conf")}
      engine() { timeout --foreground 180 podman ${places.join(" ")} --log-level error --runtime $runtime "$@"; }
      run() { engine run "$@"; }
      build() { engine build --isolation oci "$@"; }
      events() { engine events --stream=false --filter container=$name --format '{{.Status}}'; }
      clean() { engine rm -f -t 0 -v $name; engine pod rm -f -t 0 $name; engine network rm -f $name; engine volume rm -f $name; engine rmi -f $name:made; }
      export CONTAINERS_CONF
    `;
  }

  async start(): Promise<void> {
    mkdirSync(join(this.directory, "net"));
    const processes = Math.min(1024, Number(ownLimit("Max processes")) || 1024);
    writeFileSync(
      join(this.directory, "containers.conf"),
      `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=${processes}:${processes}"]
log_driver = "k8s-file"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
[engine.runtimes]
kata = ["${kataRuntime}"]
runc = ["/usr/sbin/runc"]
crun = ["/usr/bin/crun"]
[network]
network_backend = "netavark"
`,
    );
    const rootfs = join(this.directory, "rootfs");
    makeRootfs(rootfs);
    execFileSync("tar", ["-C", rootfs, "-cf", `${rootfs}.tar`, "."]);
    const row = { runtime: "crun", name: "none", port: 0 };
    const made = await this.script(`engine import --change ENV=PATH=/bin ${rootfs}.tar ${image} 2>&1`, row);
    if (!/[0-9a-f]{64}$/.test(made)) throw new Error(`podman import: ${made}`);
  }

  script(text: string, row: Row): Promise<string> {
    return runScript(this.#prelude, text, row, this.directory);
  }

  async stop(): Promise<void> {
    await this.script("engine pod rm -a -f -t 0; engine rm -a -f -t 0", { runtime: "crun", name: "none", port: 0 });
    spawnSync("sh", ["-c", `grep -o ' ${this.directory}[^ ]*' /proc/self/mounts | sort -r | xargs -r umount -l`]);
    rmSync(this.directory, { recursive: true, force: true });
  }
}
