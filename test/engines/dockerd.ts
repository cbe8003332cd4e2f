/** A dockerd of its own, which has kata-runtime beside runc, and an image made here. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeRootfs } from "../support/bundle.ts";
import { kataRuntime, type Result, until } from "../support/world.ts";

/** Where a Debian package of Docker was unpacked; "" is the system. */
const place = process.env["KATA_DOCKER"] ?? "";
export const image = "busybox:test";
export type Runtime = "runc" | "kata";

export class Dockerd {
  readonly directory = mkdtempSync(join(tmpdir(), "kata-docker-"));
  readonly #host = `unix://${join(this.directory, "docker.sock")}`;
  #process: ChildProcess | undefined;

  async start(): Promise<void> {
    const log = openSync(join(this.directory, "log"), "a");
    const options = [
      ["--data-root", join(this.directory, "data"), "--exec-root", join(this.directory, "exec")],
      ["--pidfile", join(this.directory, "pid"), "--host", this.#host, "--bip", "172.30.0.1/16"],
      ["--storage-driver", "overlay2", "--exec-opt", "native.cgroupdriver=cgroupfs"],
      ["--add-runtime", `kata=${kataRuntime}`],
    ];
    const env = { ...process.env, PATH: `${place}/usr/sbin:${place}/usr/bin:${process.env["PATH"]}` };
    this.#process = spawn(`${place}/usr/sbin/dockerd`, options.flat(), { env, stdio: ["ignore", log, log] });
    await until("dockerd answers", async () => {
      if (this.#process?.exitCode !== null) throw new Error(`dockerd ended: ${this.log.slice(-2000)}`);
      return (await this.docker("version")).code === 0;
    });
    const rootfs = join(this.directory, "rootfs");
    makeRootfs(rootfs);
    execFileSync("tar", ["-C", rootfs, "-cf", `${rootfs}.tar`, "."]);
    const imported = await this.docker("import", "--change", "ENV PATH=/bin", `${rootfs}.tar`, image);
    if (imported.code !== 0) throw new Error(imported.stderr);
  }

  get log(): string {
    return readFileSync(join(this.directory, "log"), "utf8");
  }

  /** docker(1), with its own words for what went wrong. */
  async docker(...args: string[]): Promise<Result> {
    const child = spawn(`${place}/usr/bin/docker`, ["--host", this.#host, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 180_000,
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (bytes: Buffer) => {
      stdout += bytes.toString();
    });
    child.stderr.on("data", (bytes: Buffer) => {
      stderr += bytes.toString();
    });
    const [code] = (await once(child, "close")) as [number | null];
    return { code: code ?? 128, stdout, stderr };
  }

  /** What a shell script of docker commands prints; its containers are removed, and $dir with what it has in it. */
  async script(
    text: string,
    { runtime, name, port }: { readonly runtime: Runtime; readonly name: string; readonly port: number },
  ): Promise<string> {
    const directory = mkdtempSync(join(this.directory, "script-"));
    const variables = { DOCKER_HOST: this.#host, name, port: String(port), dir: directory, runtime, client: `${place}/usr/bin/docker` };
    const prelude = `
      docker() { "$client" "$@"; }
      run() { docker run --runtime $runtime "$@"; }
      idle() { run -d --name $name ${image} sleep 1000 >/dev/null; }
    `;
    const child = spawn("bash", ["-c", prelude + text], { env: { ...process.env, ...variables }, stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (bytes: Buffer) => {
      output += bytes.toString();
    });
    await once(child, "close");
    await this.docker("rm", "-f", "-v", name);
    rmSync(directory, { recursive: true, force: true });
    return output.trim();
  }

  async stop(): Promise<void> {
    const { stdout } = await this.docker("ps", "-aq");
    const containers = stdout.split("\n").filter((id) => id !== "");
    if (containers.length > 0) await this.docker("rm", "-f", ...containers);
    if (this.#process && this.#process.exitCode === null) {
      const ended = once(this.#process, "exit");
      this.#process.kill("SIGTERM");
      await ended;
    }
    spawnSync("sh", ["-c", `grep -o ' ${this.directory}[^ ]*' /proc/self/mounts | sort -r | xargs -r umount -l`]);
    rmSync(this.directory, { recursive: true, force: true });
  }
}
