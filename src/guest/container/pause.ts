/** A first process without a program: it holds the namespaces of a pod and takes the processes that others leave behind. */
import type { Call } from "../../sys/launch.ts";
import { PR } from "../../sys/process-calls.ts";

const SIGCHLD = 17;

/** They never end. The process is a copy of the agent, which is not dumpable: nobody in the pod looks into it. */
export function pauseCalls(): Call[] {
  const ignore = new Uint8Array(new BigUint64Array([1n, 0n, 0n, 0n]).buffer); // struct kernel_sigaction with SIG_IGN
  return [
    { name: "prctl", args: [PR.setName, "pause", 0, 0, 0], operation: "prctl name" },
    // the kernel forgets a dead child of a process that ignores it
    { name: "rt_sigaction", args: [SIGCHLD, ignore, null, 8], operation: "ignore children" },
    { name: "ppoll", args: [null, 0, null, null, 0], operation: "pause" },
  ];
}
