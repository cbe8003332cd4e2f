/** clone3(2): a fork whose child starts in namespaces and in a cgroup of its own. */
import { raw } from "./native.ts";
import { SIGCHLD } from "./process.ts";
import { check, type Fd } from "./syscall.ts";

export interface CloneOptions {
  /** CLONE_NEW* flags. */
  readonly namespaces?: number;
  /** An open cgroup v2 directory: the child is born there (Linux 5.7), which spares the write to cgroup.procs. */
  readonly cgroup?: Fd;
  /** The child is one of this process's parent, which hears of its end. */
  readonly sibling?: boolean;
}

const toParent = 0x8000n; // CLONE_PARENT
const intoCgroup = 1n << 33n;
const argumentWords = 11; // struct clone_args up to `cgroup`

/**
 * 0 in the child, which goes on in this program: it must end by exec or `exit` without coming back to the event loop.
 * Throws EBUSY when the cgroup has children with controllers.
 */
export function cloneProcess({ namespaces = 0, cgroup, sibling = false }: CloneOptions): number {
  const words = new BigUint64Array(argumentWords);
  words[0] = BigInt(namespaces) | (cgroup === undefined ? 0n : intoCgroup) | (sibling ? toParent : 0n);
  words[4] = sibling ? 0n : BigInt(SIGCHLD); // a sibling's signal is this process's own
  words[10] = BigInt(cgroup ?? 0);
  return check(raw("clone3", new Uint8Array(words.buffer), argumentWords * 8), "clone");
}
