/** Starting a sandbox process. */
import { encodeUtf8 } from "../../base/text.ts";
import { memoryFile } from "../../sys/descriptor.ts";
import { close } from "../../sys/file.ts";
import { CLONE } from "../../sys/namespace.ts";
import { ownProgram, spawn } from "../../sys/process.ts";
import { SOCK, socketPair } from "../../sys/socket.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { SandboxParameters } from "../sandbox/parameters.ts";
import { type ProcessRef, processRef } from "../store/record.ts";
import type { Runtime } from "./context.ts";
import { type SandboxClient, sandboxClient } from "./sandbox-client.ts";

export interface Inheritance {
  /** Open cgroup.procs files to join. */
  readonly cgroups: readonly Fd[];
  /** The pod's network namespace, when it is there already; the parameters say so too. */
  readonly network: Fd | undefined;
}

/** It boots on its own while the caller goes on; `onStarted` hears of the process at once. Its directory is there. */
export function startSandbox(
  rt: Runtime,
  parameters: SandboxParameters,
  { cgroups, network }: Inheritance,
  onStarted: (process: ProcessRef) => void,
): SandboxClient {
  const [ours, theirs] = socketPair(SOCK.stream);
  const file = memoryFile("kata-sandbox-parameters", encodeUtf8(JSON.stringify(parameters)));
  try {
    const pid = spawn(ownProgram, {
      argv: ["kata-sandbox", parameters.id],
      env: ["KATA_ROLE=sandbox"],
      fds: ["null", "null", "null", theirs, file, ...(network === undefined ? [] : [network])],
      cwd: "/",
      session: true,
      unshare: CLONE.newMount,
      cgroups,
    });
    onStarted(processRef(pid));
    rt.onChild?.(pid);
    return sandboxClient(rt, ours);
  } catch (error) {
    close(ours);
    throw error;
  } finally {
    close(theirs);
    close(file);
  }
}
