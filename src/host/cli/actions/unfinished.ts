/** Options that are known and not there yet: refused, never passed over. */
import { Fault } from "../../../base/fault.ts";

export interface UnfinishedOptions {
  readonly preserveFds: number;
  readonly pidfdSocket: string | undefined;
}

export function refuseUnfinished({ preserveFds, pidfdSocket }: UnfinishedOptions): void {
  if (preserveFds !== 0) {
    throw new Fault(`option --preserve-fds: ${preserveFds} descriptors cannot be passed into a virtual machine, must be 0`, {
      component: "cli",
      code: "unsupported",
    });
  }
  if (pidfdSocket) throw new Fault("option --pidfd-socket: not supported, must be left out", { component: "cli", code: "unsupported" });
}
