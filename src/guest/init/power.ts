import { powerOff, syncDisks } from "../../sys/system.ts";

/** Ends the machine: what is in caches goes to the disks first. */
export function shutDown(): void {
  syncDisks();
  powerOff();
}
