import { powerOff, syncDisks } from "../../sys/system.ts";
import { writeCoverage } from "./coverage.ts";

/** Ends the machine: what is in caches goes to the disks first. */
export function shutDown(): void {
  writeCoverage();
  syncDisks();
  powerOff();
}
