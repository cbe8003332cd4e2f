/** Signals by name and number (Linux; the numbers of x86, arm, riscv, s390 and powerpc). */
import { Fault } from "../base/fault.ts";

/**
 * The names that `kill` knows, without SIG; index + 1 is the number. There are 31 of them: the aliases IOT, CLD and
 * POLL, and the real-time signals, have no name here, as in runc.
 */
const names =
  "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS";

/**
 * A signal as `kill` takes it: any integer (0 probes, and the kernel judges the others), or a name in any case, with or
 * without SIG. Throws runc's text otherwise.
 */
export function parseSignal(text: string): number {
  if (/^[+-]?[0-9]+$/.test(text)) {
    const number = Number(text);
    if (Number.isSafeInteger(number)) return number;
  }
  const name = text.toUpperCase().replace(/^SIG/, "");
  const index = names.split(" ").indexOf(name);
  if (index < 0) throw new Fault(`unknown signal ${JSON.stringify(text)}`, { code: "EINVAL" });
  return index + 1;
}

/** `SIGTERM` for 15; `signal 40` where there is no name. */
export function signalName(signal: number): string {
  const name = names.split(" ")[signal - 1];
  return name === undefined ? `signal ${signal}` : `SIG${name}`;
}
