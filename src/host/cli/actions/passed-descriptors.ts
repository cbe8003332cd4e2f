/** Descriptors that the caller wants the process to have beyond its standard streams. */
import { Fault } from "../../../base/fault.ts";
import { isInherited } from "../../../sys/descriptor.ts";
import { readlink } from "../../../sys/file.ts";
import { environment, processId } from "../../../sys/process.ts";
import type { Fd } from "../../../sys/syscall.ts";
import { relayDirections } from "../../sandbox/relayable.ts";

export interface Passed {
  readonly fds: readonly Fd[];
  /** Variables that tell the program of them. */
  readonly env: readonly string[];
}

const firstPassed = 3;
/** Each takes two streams of the guest, and a place among what a new process there is born with. */
const mostPassed = 48;

/**
 * As in runc: LISTEN_FDS of a command that is socket-activated (sd_listen_fds(3)), then as many as --preserve-fds says. What
 * is no stream of bytes is named, by its number and kind.
 */
export function passedDescriptors({ preserveFds }: { readonly preserveFds: number }, activated: boolean): Passed {
  const listening = activated ? listeningCount() : 0;
  const count = listening + preserveFds;
  if (count === 0) return { fds: [], env: [] };
  if (count > mostPassed)
    throw new Fault(
      `option --preserve-fds is ${preserveFds}, LISTEN_FDS is ${listening}: at most ${mostPassed} descriptors can be passed`,
      {
        component: "cli",
        code: "invalid-option",
      },
    );
  const fds = Array.from({ length: count }, (_, i) => firstPassed + i);
  for (const fd of fds)
    assertPassable(fd, fd < firstPassed + listening ? `LISTEN_FDS is ${listening}` : `option --preserve-fds is ${preserveFds}`);
  return { fds: fds as Fd[], env: listening > 0 ? [`LISTEN_FDS=${listening}`, "LISTEN_PID=1"] : [] };
}

function listeningCount(): number {
  const env = environment();
  const count = env.get("LISTEN_PID") === String(processId()) ? Number(env.get("LISTEN_FDS") ?? 0) : 0;
  return Number.isInteger(count) && count > 0 ? count : 0;
}

function assertPassable(fd: number, what: string): void {
  if (!isInherited(fd))
    throw new Fault(`unable to stat preserved-fd ${fd}: no such file or directory`, { component: "cli", code: "ENOENT" });
  const directions = relayDirections(fd as Fd);
  if (typeof directions !== "string") return;
  const target = readlink(`/proc/self/fd/${fd}`);
  const advice = target.startsWith("/") ? "; mount it instead" : "";
  throw new Fault(`${what}: descriptor ${fd} (${target}) is ${directions}, which cannot be passed into a virtual machine${advice}`, {
    component: "cli",
    code: "unsupported",
  });
}
