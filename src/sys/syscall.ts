import { Fault } from "../base/fault.ts";
import { errnoName, errnoText } from "./errno.ts";
import { type Argument, raw } from "./native.ts";
import type { SyscallName } from "./numbers.ts";

/** A descriptor of this process. */
export type Fd = number & { readonly __brand: "fd" };

export const eintr = 4;
export const eagain = 11;

/** A system call that failed: `open /etc/x: no such file or directory`, `code` ENOENT. */
export class SysError extends Fault {
  readonly errno: number;

  constructor(operation: string, subject: string | undefined, errno: number) {
    super(`${operation}${subject === undefined ? "" : ` ${subject}`}: ${errnoText(errno)}`, { code: errnoName(errno) });
    this.name = "SysError";
    this.errno = errno;
  }
}

/** Passes a result on; turns -errno into a SysError that names the operation and its subject. */
export function check(result: number, operation: string, subject?: string): number {
  if (result < 0) throw new SysError(operation, subject, -result);
  return result;
}

/** A call repeated while a signal interrupts it. */
export function restart(name: SyscallName, a?: Argument, b?: Argument, c?: Argument, d?: Argument, e?: Argument, f?: Argument): number {
  for (;;) {
    const result = raw(name, a, b, c, d, e, f);
    if (result !== -eintr) return result;
  }
}

/** Whether `error` is a failed system call with one of these errno names. */
export function isErrno(error: unknown, ...names: readonly string[]): error is SysError {
  return error instanceof SysError && error.code !== undefined && names.includes(error.code);
}
