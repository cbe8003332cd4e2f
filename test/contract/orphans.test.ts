/** What QEMU and virtiofsd are given, and that they end with whoever launched them. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { buildContractProgram, buildGuest } from "./engine-program.ts";

const { kernel, initrd } = buildGuest();
const program = await buildContractProgram("machine");

interface Started {
  readonly pids: readonly number[];
  kill(): Promise<void>;
}

/** The program with an environment and a descriptor that must not be passed on. */
async function start(directory: string): Promise<Started> {
  const child = spawn(program, [kernel, initrd, directory], {
    env: { SECRET: "told" },
    stdio: ["ignore", "pipe", "inherit", "pipe", "pipe"],
  });
  const [line] = (await once(child.stdout ?? assert.fail(), "data")) as [Buffer];
  const { qemu, daemon } = JSON.parse(line.toString()) as { qemu: number; daemon: number };
  const worker = readFileSync(`/proc/${daemon}/task/${daemon}/children`, "utf8").trim().split(" ").map(Number);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  };
  return { pids: [qemu, daemon, ...worker], kill };
}

/** A process that was reaped, or is only waiting to be. */
function ended(pid: number): boolean {
  return !existsSync(`/proc/${pid}/stat`) || /\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
}

test("QEMU and virtiofsd inherit no environment, terminal or descriptor, and end with their launcher", async () => {
  const directory = mkdtempSync(join(tmpdir(), "contract-"));
  const { pids, kill } = await start(directory);
  try {
    assert.equal(pids.length, 3, "QEMU, the daemon and its worker");
    for (const pid of pids) {
      assert.equal(readFileSync(`/proc/${pid}/environ`, "latin1"), "", `environment of ${pid}`);
      const inherited = ["1", "2"].map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
      assert.equal(statSync(`/proc/${pid}/fd/0`).rdev, statSync("/dev/null").rdev, "standard input is the null device");
      assert.ok(
        inherited.every((target) => target.startsWith("pipe:")),
        String(inherited),
      );
      const outside = readdirSync("/proc/self/fd").map((fd) => linkOf(`/proc/self/fd/${fd}`));
      const theirs = readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
      const common = theirs.filter((target) => /^(pipe|socket):/.test(target) && outside.includes(target));
      assert.deepEqual(common, [], `descriptors of the caller in ${pid}`);
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      assert.notEqual(
        /\) \S+ \d+ \d+ (\d+)/.exec(stat)?.[1],
        /\) \S+ \d+ \d+ (\d+)/.exec(readFileSync("/proc/self/stat", "utf8"))?.[1],
        "session",
      );
    }
    assert.deepEqual(readdirSync(join(directory, "share")), [], "nothing is mounted outside the launcher's mount namespace");
    await kill();
    for (let tries = 0; !pids.every(ended) && tries < 250; tries++) await delay(20);
    assert.deepEqual(
      pids.filter((pid) => !ended(pid)),
      [],
      "processes that outlived their launcher",
    );
  } finally {
    await kill();
    rmSync(directory, { recursive: true });
  }
});

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ""; // closed since
  }
}
