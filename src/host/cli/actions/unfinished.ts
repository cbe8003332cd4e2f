/** Options that are known and not there yet: refused, never passed over. */
import { Fault } from "../../../base/fault.ts";

export interface UnfinishedOptions {
  readonly preserveFds: number;
}

export function refuseUnfinished({ preserveFds }: UnfinishedOptions): void {
  if (preserveFds !== 0) {
    throw new Fault(`option --preserve-fds: ${preserveFds} descriptors cannot be passed into a virtual machine, must be 0`, {
      component: "cli",
      code: "unsupported",
    });
  }
}
