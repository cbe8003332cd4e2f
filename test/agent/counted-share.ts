/**
 * A shared directory in which an instrumented agent leaves its line counters. Only runs that count lines have it
 * (KATA_TEST_COUNTERS is the directory to collect in): the other tests get along without a share daemon.
 */
import { spawn } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const counters = process.env["KATA_TEST_COUNTERS"];

export interface CountedShare {
  /** What the machine needs for it. */
  readonly qemuArguments: readonly string[];
  /** Brings the counters home; after the machine has ended. */
  collect(): void;
}

export async function startCountedShare(directory: string, memoryMib: number): Promise<CountedShare | undefined> {
  if (counters === undefined) return undefined;
  const source = join(directory, "share");
  const socket = join(directory, "fs.sock");
  const left = join(source, ".coverage");
  mkdirSync(left, { recursive: true });
  chmodSync(left, 0o1777); // processes leave theirs after they have changed their user, too
  const args = [`--socket-path=${socket}`, "-o", `source=${source}`, "-o", "sandbox=namespace", "-o", "log_level=err"];
  // It ends by itself with its one connection.
  spawn("setpriv", ["--pdeathsig", "KILL", "/usr/lib/qemu/virtiofsd", ...args], { stdio: ["ignore", "ignore", "inherit"] });
  while (!existsSync(socket)) await delay(20);
  return {
    qemuArguments: [
      ["-object", `memory-backend-memfd,id=m0,size=${memoryMib}M,share=on`, "-machine", "memory-backend=m0"],
      ["-chardev", `socket,id=fs,path=${socket}`, "-device", "vhost-user-fs-pci,chardev=fs,tag=kataShared"],
    ].flat(),
    collect: () => {
      for (const name of readdirSync(left).filter((file) => file.endsWith(".json"))) copyFileSync(join(left, name), join(counters, name));
    },
  };
}
