/**
 * The guest's kernel kills for want of memory, and engines look for that in the host's cgroup of the container's process: at
 * an eventfd on memory.oom_control (v1), at `oom_kill` in memory.events (v2). So the same is made to happen there, by a process
 * of its own (out-of-memory-process.ts): this one is in that cgroup, and could not lift a limit that stops itself.
 */
import { Fault } from "../../base/fault.ts";
import { within } from "../../base/timers.ts";
import { startChild } from "../../sys/child.ts";
import { close } from "../../sys/file.ts";
import type { EventLoop } from "../../sys/loop.ts";
import { ownProgram, SIGKILL } from "../../sys/process.ts";
import { memoryCgroupOf, openRootCgroups } from "./cgroup.ts";
import { deadlineMs } from "./out-of-memory-process.ts";

/** Makes whoever watches the memory cgroup of process `pid` see that a process was killed there. */
export async function tellOutOfMemory(loop: EventLoop, pid: number): Promise<void> {
  const cgroup = memoryCgroupOf(pid);
  if (!cgroup) throw new Fault(`memory cgroup of process ${pid}: not to be seen here`, { component: "cgroup" });
  const outside = openRootCgroups();
  try {
    const child = startChild(loop, ownProgram, {
      argv: ["kata-out-of-memory", String(cgroup.version), cgroup.directory],
      env: ["KATA_ROLE=out-of-memory"],
      fds: ["null", "null", "null"],
      cwd: "/",
      cgroups: outside,
    });
    // it puts back what it changes within its deadline; killed, it could not
    if (!(await within(loop, 2 * deadlineMs, child.ended))) child.kill(SIGKILL);
    const code = await child.ended;
    if (code !== 0) throw new Fault(`cgroup ${cgroup.directory}: memory did not run out (exit ${code})`, { component: "cgroup" });
  } finally {
    outside.forEach(close);
  }
}
