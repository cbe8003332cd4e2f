/** How virtiofsd is started: the options that the C daemon of QEMU 7.2 and the Rust one (with its `-o` syntax of old) share. */

export interface DaemonOptions {
  readonly program: string;
  /** `never`, `auto`, `always` or `metadata` (Rust only). */
  readonly cache: string;
  /** Appended as they are. */
  readonly extraArguments: readonly string[];
  readonly debug: boolean;
}

/** What the guest knows of names and attributes it asks for again after so many seconds. */
const timeoutSeconds = 0.1;

/**
 * @param source the directory that the guest sees
 * @param socket the descriptor, in the daemon, of the listening socket
 *
 * - `cache`: with `auto` a daemon has the guest throw away what it has of a file whenever that is opened, so that each start of a
 *   program reads it anew and those that run lose its pages: 80 ms for each `true` of a shell, where 4 are enough. Where the daemon
 *   can be told a time, the guest keeps contents until modification time or size have changed, which it looks for after that.
 * - `announce_submounts`: without it files of different mounts have the same device and inode number in the guest, and
 *   tar, find and rm take them for one file (seen with two tmpfs).
 * - `xattr`: file capabilities of images are extended attributes.
 * - `sandbox=namespace`: an empty network, a pid namespace, and the source as root; 0.3 MB more than a chroot, and mounts
 *   that are made later still arrive, since the daemon makes its mounts slaves.
 */
export function daemonArguments(options: DaemonOptions & { readonly hasTimeout: boolean }, source: string, socket: number): string[] {
  const mount = [
    `source=${source}`,
    ...cacheOptions(options),
    "sandbox=namespace",
    "announce_submounts",
    "xattr",
    `log_level=${options.debug ? "info" : "err"}`,
  ];
  return [options.program, `--fd=${socket}`, ...mount.flatMap((each) => ["-o", each]), ...options.extraArguments];
}

function cacheOptions({ cache, hasTimeout }: { readonly cache: string; readonly hasTimeout: boolean }): string[] {
  if (cache === "auto" && hasTimeout) return ["cache=always", `timeout=${timeoutSeconds}`];
  return [`cache=${cache === "never" ? "none" : cache}`];
}
