/** Descriptors that the caller wants the container to have: none of them can be a descriptor of another machine's kernel. */
import { Fault } from "../../../base/fault.ts";
import { isInherited } from "../../../sys/descriptor.ts";
import { readlink } from "../../../sys/file.ts";
import { environment, processId } from "../../../sys/process.ts";

const firstPassed = 3;

/** --preserve-fds and, for a command that is socket-activated, LISTEN_FDS (sd_listen_fds(3)). Names the first one and what it is. */
export function refusePassedDescriptors({ preserveFds }: { readonly preserveFds: number }, activated = true): void {
  const env = environment();
  const listening = activated && env.get("LISTEN_PID") === String(processId()) ? Number(env.get("LISTEN_FDS") ?? 0) : 0;
  if (listening > 0) throw refusal(`LISTEN_FDS is ${listening}`, firstPassed);
  if (preserveFds === 0) return;
  const first = firstPassed + listening;
  for (let fd = first; fd < first + preserveFds; fd++) {
    if (!isInherited(fd))
      throw new Fault(`unable to stat preserved-fd ${fd}: no such file or directory`, { component: "cli", code: "ENOENT" });
  }
  throw refusal(`option --preserve-fds is ${preserveFds}`, first);
}

function refusal(what: string, fd: number): Fault {
  const target = isInherited(fd) ? readlink(`/proc/self/fd/${fd}`) : "closed";
  const advice = target.startsWith("/") ? "mount the file instead" : "the standard streams can";
  return new Fault(`${what}: descriptor ${fd} (${target}) cannot be passed into a virtual machine; ${advice}`, {
    component: "cli",
    code: "unsupported",
  });
}
