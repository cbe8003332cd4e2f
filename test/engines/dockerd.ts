/** A dockerd of its own, which has kata-runtime beside runc, and an image made here. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { makeRootfs } from "../support/bundle.ts";
import { kataRuntime, type Result, until } from "../support/world.ts";
import { type Engine, image, type Row, runScript } from "./engine.ts";

/** Where a Debian package of Docker was unpacked; "" is the system. */
const place = process.env["KATA_DOCKER"] ?? "";
export type Runtime = "runc" | "kata";

export const version = (): string =>
  /\d+\.\d+/.exec(execFileSync(`${place}/usr/bin/docker`, ["--version"], { encoding: "utf8" }))?.[0] ?? "?";

export class Dockerd implements Engine {
  readonly directory = mkdtempSync(join(tmpdir(), "kata-docker-"));
  readonly #host = `unix://${join(this.directory, "docker.sock")}`;
  readonly #config = join(this.directory, "daemon.json");
  readonly #runtimes: Readonly<Record<string, string>>;
  #process: ChildProcess | undefined;

  /** Programs by the names that `--runtime` has for them, beside runc and kata. */
  constructor(more: Readonly<Record<string, string>> = {}) {
    this.#runtimes = { kata: kataRuntime, ...more };
  }

  /** A daemon takes another default runtime while it runs, if it is told in the same file what that is. */
  #configuration(runtime: string): string {
    const runtimes = Object.fromEntries(Object.entries(this.#runtimes).map(([name, path]) => [name, { path }]));
    return JSON.stringify({ runtimes, "default-runtime": runtime });
  }

  async start(): Promise<void> {
    const log = openSync(join(this.directory, "log"), "a");
    const options = [
      ["--data-root", join(this.directory, "data"), "--exec-root", join(this.directory, "exec")],
      ["--pidfile", join(this.directory, "pid"), "--host", this.#host, "--bip", "172.30.0.1/16"],
      ["--storage-driver", "overlay2", "--exec-opt", "native.cgroupdriver=cgroupfs"],
      ["--config-file", this.#config],
    ];
    writeFileSync(this.#config, this.#configuration("runc"));
    // the shim of containerd 2 is found by PATH
    const env = { ...process.env, PATH: `${dirname(kataRuntime)}:${place}/usr/sbin:${place}/usr/bin:${process.env["PATH"]}` };
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

  script(text: string, row: Row): Promise<string> {
    const prelude = `
      export DOCKER_HOST=${this.#host} DOCKER_BUILDKIT=0 
      engine() { timeout --foreground 180 ${place}/usr/bin/docker "$@"; }
      run() { engine run --runtime $runtime "$@"; }
      is_default() { [ "$(engine info -f '{{.DefaultRuntime}}')" = $1 ]; }
      default_runtime() { # the classic builder has no option for it
        echo '${this.#configuration("DEFAULT")}' | sed "s/DEFAULT/$1/" >${this.#config}; kill -HUP $(cat ${join(this.directory, "pid")})
        eventually is_default $1
      }
      build() { default_runtime $runtime; engine build "$@"; local code=$?; default_runtime runc; return $code; }
      events() { engine events --since 1 --until $(($(date +%s) + 1)) --filter container=$name --format '{{.Action}}'; }
      clean() { engine rm -f -v $name; engine network rm $name; engine volume rm -f $name; engine rmi -f $name:made; }
    `;
    return runScript(prelude, text, row, this.directory);
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
