/** A containerd of its own, with the runtime class `kata`, a network of bridge and port mappings, and images made here. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { makeRootfs } from "../support/bundle.ts";
import { until } from "../support/world.ts";

const binaries = resolve(process.env["KATA_BUILD"] ?? "build", "bin");
const program = process.env["KATA_CONTAINERD"] ?? "containerd";
export const ctrProgram = join(dirname(program), "ctr");
export const image = "localhost/busybox:test";
const pause = "localhost/pause:test";

/** The first number of its version. */
export const major = (): number => Number(/ v?(\d+)\./.exec(execFileSync(program, ["--version"], { encoding: "utf8" }))?.[1]);

export class Engine {
  readonly directory = mkdtempSync(join(tmpdir(), "kata-engine-"));
  readonly socket = join(this.directory, "containerd.sock");
  readonly #sandboxer: "podsandbox" | "shim";
  #process: ChildProcess | undefined;

  /** Who makes the sandboxes of pods: containerd, of a pause image, or the shim. */
  constructor(sandboxer: "podsandbox" | "shim" = "podsandbox") {
    this.#sandboxer = sandboxer;
  }

  async start(): Promise<void> {
    writeFileSync(join(this.directory, "config.toml"), this.#config());
    mkdirSync(join(this.directory, "cni"), { recursive: true });
    writeFileSync(join(this.directory, "cni/10-test.conflist"), JSON.stringify(this.#network()));
    await this.#run();
    for (const [name, entry] of [
      [image, undefined],
      [pause, "/pause"],
    ] as const)
      this.ctr("images", "import", "--local", "--base-name", name.split(":")[0] ?? "", this.#image(name, entry));
  }

  /** kill -9, and a new one on what the first one left. */
  async restart(): Promise<void> {
    await this.#kill();
    await this.#run();
  }

  ctr(...args: string[]): string {
    const words = args.filter((word) => word !== "--local" || this.#hasLocal());
    return execFileSync(ctrProgram, ["--address", this.socket, "--namespace", "k8s.io", ...words], { encoding: "utf8", timeout: 60_000 });
  }

  get log(): string {
    return readFileSync(join(this.directory, "log"), "utf8");
  }

  async stop(): Promise<void> {
    await this.#kill();
    // what a pod that a failed test left still has mounted; its processes end with the namespaces of the run
    execFileSync("sh", ["-c", `grep -o ' ${this.directory}[^ ]*' /proc/self/mounts | sort -r | xargs -r umount -l`]);
    rmSync(this.directory, { recursive: true, force: true });
  }

  #hasLocal(): boolean {
    return execFileSync(ctrProgram, ["images", "import", "--help"], { encoding: "utf8" }).includes("--local");
  }

  async #kill(): Promise<void> {
    if (!this.#process) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }

  async #run(): Promise<void> {
    const log = openSync(join(this.directory, "log"), "a");
    const env = { ...process.env, PATH: `${binaries}:${process.env["PATH"]}` };
    this.#process = spawn(program, ["--config", join(this.directory, "config.toml"), "--log-level", "debug"], {
      env,
      stdio: ["ignore", log, log],
    });
    await until("containerd answers", () => {
      try {
        this.ctr("version");
        return true;
      } catch {
        return false;
      }
    });
  }

  /** An image of busybox, or of one program. */
  #image(name: string, entry: string | undefined): string {
    const work = mkdtempSync(join(this.directory, "image-"));
    const layout = join(work, "layout");
    const [, tag = ""] = name.split(":");
    const umoci = (...args: string[]): Buffer => execFileSync("umoci", args, { stdio: ["ignore", "pipe", "inherit"] });
    umoci("init", "--layout", layout);
    umoci("new", "--image", `${layout}:${tag}`);
    umoci("unpack", "--image", `${layout}:${tag}`, join(work, "bundle"));
    makeRootfs(join(work, "rootfs"));
    // busybox sleeps for ever under this name too
    if (entry !== undefined)
      writeFileSync(join(work, "rootfs", entry), "#!/bin/sh\ntrap exit TERM INT\nwhile :; do sleep 1000 & wait; done\n", { mode: 0o755 });
    cpSync(join(work, "rootfs"), join(work, "bundle/rootfs"), { recursive: true, verbatimSymlinks: true });
    umoci("repack", "--image", `${layout}:${tag}`, join(work, "bundle"));
    umoci("config", "--image", `${layout}:${tag}`, "--config.cmd", entry ?? "sh", "--config.env", "PATH=/bin");
    const archive = join(work, "image.tar");
    execFileSync("tar", ["-C", layout, "-cf", archive, "."]);
    return archive;
  }

  #network(): object {
    const ipam = {
      type: "host-local",
      dataDir: join(this.directory, "ipam"),
      ranges: [[{ subnet: "10.88.9.0/24" }]],
      routes: [{ dst: "0.0.0.0/0" }],
    };
    return {
      cniVersion: "0.4.0",
      name: "test",
      plugins: [
        { type: "bridge", bridge: "kata-test0", isGateway: true, ipMasq: true, hairpinMode: true, ipam },
        { type: "portmap", capabilities: { portMappings: true } },
      ],
    };
  }

  #config(): string {
    const plugin = (rest: string): string => `[plugins."io.containerd.grpc.v1.cri"${rest}]`;
    return `
version = 2
root = "${this.directory}/root"
state = "${this.directory}/state"
[grpc]
  address = "${this.socket}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${this.directory}/opt"
${plugin("")}
  sandbox_image = "${pause}"
  restrict_oom_score_adj = true
  disable_apparmor = true
  disable_hugetlb_controller = true
  tolerate_missing_hugetlb_controller = true
  netns_mounts_under_state_dir = true
${plugin(".cni")}
  bin_dir = "/usr/lib/cni"
  conf_dir = "${this.directory}/cni"
${plugin(".containerd")}
  default_runtime_name = "kata"
${plugin(".containerd.runtimes.kata")}
  runtime_type = "io.containerd.kata.v2"
  pod_annotations = ["io.katacontainers.*"]
${this.#sandboxer === "shim" ? '  sandboxer = "shim"' : ""}
${plugin(".containerd.runtimes.runc")}
  runtime_type = "io.containerd.runc.v2"
`;
  }
}
