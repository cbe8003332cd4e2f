/** Network namespaces for tests: one for a container, one for what it talks to, and a veth pair between them. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import type { TestSpec } from "../support/bundle.ts";

export interface LabOptions {
  readonly mtu?: number;
  /** Without: the namespaces are there, the veth pair is not. */
  readonly joined?: boolean;
}

let count = 0;

/** `10.9.0.1` and `fd09::1` are the far side, `.2` and `::2` the container's. */
export class Lab {
  /** Names of the namespaces, as ip-netns(8) has them. */
  readonly near: string;
  readonly far: string;
  readonly #servers: ChildProcess[] = [];

  constructor(options: LabOptions = {}) {
    const name = `kata-${process.pid}-${count++}`;
    this.near = `${name}-near`;
    this.far = `${name}-far`;
    for (const each of [this.near, this.far]) {
      ip("netns", "add", each);
      ip("-n", each, "link", "set", "lo", "up");
    }
    if (options.joined !== false) this.join("eth0", options);
  }

  /** The path that a specification names. */
  get path(): string {
    return `/run/netns/${this.near}`;
  }

  /** A veth pair of that name on both sides; `subnet` is the third number of its addresses. */
  join(name: string, { mtu = 1500, subnet = 0 }: { readonly mtu?: number; readonly subnet?: number } = {}): void {
    ip("link", "add", name, "netns", this.near, "type", "veth", "peer", "name", name, "netns", this.far);
    for (const [space, host] of [[this.near, 2] as const, [this.far, 1] as const]) {
      ip("-n", space, "link", "set", name, "mtu", String(mtu));
      ip("-n", space, "addr", "add", `10.9.${subnet}.${host}/24`, "dev", name);
      ip("-n", space, "addr", "add", `fd09:${subnet}::${host}/64`, "dev", name, "nodad");
      ip("-n", space, "link", "set", name, "up");
    }
  }

  /** ip(8) in the container's namespace. */
  ip(...args: string[]): string {
    return ip("-n", this.near, ...args);
  }

  /** What a sandbox makes in the container's namespace: taps and the places of filters. */
  made(): string[] {
    const links = this.ip("-br", "link")
      .split("\n")
      .filter((line) => line.includes("_kata"));
    const filters = execFileSync("tc", ["-n", this.near, "qdisc", "show"], { encoding: "utf8" }).split("\n");
    return [...links, ...filters.filter((line) => line.includes("ingress"))];
  }

  /** Echoes on TCP port 7 and answers DNS questions on UDP port 53, on all addresses of the far side. */
  async serve(): Promise<void> {
    await this.#run(this.far, "echo-server.mjs");
  }

  /** Answers on 127.0.0.11 of the container's namespace, as Docker's name server does. */
  async serveNames(): Promise<void> {
    await this.#run(this.near, "name-server.mjs");
  }

  /** Runs a program on the far side. */
  onFarSide(...command: string[]): string {
    return execFileSync("ip", ["netns", "exec", this.far, ...command], { encoding: "utf8", timeout: 30_000 });
  }

  async #run(space: string, server: string): Promise<void> {
    const child = spawn("ip", ["netns", "exec", space, process.execPath, resolve("test/network", server)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#servers.push(child);
    if (child.stdout) await once(child.stdout, "data");
  }

  async dispose(): Promise<void> {
    for (const server of this.#servers) {
      const ended = once(server, "exit");
      if (server.exitCode === null && server.signalCode === null) {
        server.kill("SIGKILL");
        await ended;
      }
    }
    for (const each of [this.near, this.far]) ip("netns", "del", each);
  }
}

function ip(...args: string[]): string {
  return execFileSync("ip", args, { encoding: "utf8" });
}

/** The container lives in that network namespace, and may ping. */
export function within(spec: TestSpec, path: string): void {
  spec.linux.namespaces = spec.linux.namespaces.map((each) => (each.type === "network" ? { type: "network", path } : each));
  const { capabilities } = spec.process;
  for (const set of Object.values(capabilities ?? {})) if (!set.includes("CAP_NET_RAW")) set.push("CAP_NET_RAW");
}
