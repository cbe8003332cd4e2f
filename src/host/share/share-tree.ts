/**
 * The directory that the guest sees, in the mount namespace of this process:
 *
 *   DIRECTORY       a tmpfs that holds what follows, private
 *   DIRECTORY/rw    a tmpfs of mount points; mounts are made here, and only here
 *   DIRECTORY/ro    the same tmpfs, read-only; what the daemon shows. It receives the mounts as a peer of rw
 *
 * So the guest cannot put a link or a file where the host will mount next, nor fill the host's memory.
 */
import { Fault } from "../../base/fault.ts";
import { rmdir } from "../../sys/directory.ts";
import { close, fstat, isDirectory, mkdir, mkdirAll, O, open, openDirectory, unlink } from "../../sys/file.ts";
import { attachMount, MOUNT_ATTR, MS, mount, openIn, RESOLVE, setMountAttributes, setMountFlags, unmountLazily } from "../../sys/mount.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import { shareNameParts } from "./share-names.ts";

const tmpfsLimit = "mode=0755,size=1m,nr_inodes=4096";
/** Nothing links in the tree of mount points, and nothing of it is another mount's. */
const plain = RESOLVE.beneath | RESOLVE.noSymlinks | RESOLVE.noMagicLinks;

export class ShareTree {
  readonly #directory: string;
  readonly #top: Fd;

  private constructor(directory: string) {
    this.#directory = directory;
    this.#top = openDirectory(`${directory}/rw`);
  }

  /** Makes `directory` when it is missing. On failure nothing is mounted. */
  static create(directory: string): ShareTree {
    mkdirAll(directory, 0o700);
    mount("share", directory, "tmpfs", MS.nosuid | MS.nodev | MS.noexec, "mode=0700,size=1m,nr_inodes=64");
    try {
      setMountFlags(directory, MS.private);
      mkdir(`${directory}/rw`, 0o755);
      mkdir(`${directory}/ro`, 0o755);
      mount("share", `${directory}/rw`, "tmpfs", MS.nosuid | MS.nodev | MS.noexec, tmpfsLimit);
      setMountFlags(`${directory}/rw`, MS.shared);
      mount(`${directory}/rw`, `${directory}/ro`, undefined, MS.bind | MS.rec);
      setMountFlags(`${directory}/ro`, MS.bind | MS.remount | MS.rdonly | MS.nosuid | MS.nodev | MS.noexec);
      return new ShareTree(directory);
    } catch (error) {
      unmountLazily(directory);
      throw error;
    }
  }

  /** What the daemon shows. */
  get source(): string {
    return `${this.#directory}/ro`;
  }

  /** A place for a socket. */
  get socketPath(): string {
    return `${this.#directory}/socket`;
  }

  /**
   * Mounts `tree`, a detached mount of a directory or a file, at `name`. It becomes a slave of where it came from: mounts
   * that the host makes below it arrive, and taking it away unmounts nothing there.
   */
  attach(name: string, tree: Fd, readOnly: boolean): void {
    const parts = shareNameParts(name);
    const readOnlyFlag = readOnly ? MOUNT_ATTR.rdonly : 0;
    // devices and set-uid bits mean something in the guest; the daemon on the host has no use for them
    setMountAttributes(tree, { set: MOUNT_ATTR.nodev | MOUNT_ATTR.nosuid | readOnlyFlag, propagation: MS.slave, recursive: true });
    this.#makeMountPoint(parts, isDirectory(fstat(tree)));
    try {
      const target = openIn(this.#top, name, { flags: O.PATH, resolve: plain });
      try {
        attachMount(tree, "", target);
      } finally {
        close(target);
      }
    } catch (error) {
      this.detach(name);
      throw error;
    }
  }

  /** Takes away what is at `name`, if anything, and the directories that are empty then. */
  detach(name: string): void {
    const parts = shareNameParts(name);
    ignoring(["EINVAL", "ENOENT"], () => unmountLazily(`${this.#directory}/rw/${name}`)); // no mount, or nothing at all
    ignoring(["ENOENT", "ENOTDIR"], () => rmdir(name, this.#top)) || ignoring(["ENOENT"], () => unlink(name, this.#top));
    for (let depth = parts.length - 1; depth > 0; depth--)
      if (!ignoring(["ENOENT", "ENOTEMPTY"], () => rmdir(parts.slice(0, depth).join("/"), this.#top))) return;
  }

  /** Takes everything away. */
  remove(): void {
    close(this.#top);
    unmountLazily(this.#directory); // other processes mount theirs on the same directory
  }

  #makeMountPoint(parts: readonly string[], directory: boolean): void {
    for (let depth = 1; depth < parts.length; depth++) ignoring(["EEXIST"], () => mkdir(parts.slice(0, depth).join("/"), 0o755, this.#top));
    const name = parts.join("/");
    try {
      if (directory) mkdir(name, 0o755, this.#top);
      else close(open(name, O.CREAT | O.EXCL | O.WRONLY, { at: this.#top, mode: 0o644 }));
    } catch (error) {
      if (isErrno(error, "EEXIST")) throw new Fault(`share ${name}: is there already`, { component: "share", code: "already-exists" });
      throw error;
    }
  }
}

/** Whether `work` succeeded; false when it failed in one of these ways. */
function ignoring(codes: readonly string[], work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (isErrno(error, ...codes)) return false;
    throw error;
  }
}
