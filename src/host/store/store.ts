/**
 * The state directory. `ROOT/ID/state.json` is a container; `ROOT/@sandbox/ID/` belongs to a sandbox (`@` cannot begin a
 * container's id). Records are replaced by rename, so readers need no lock; making and deleting an id hold the lock of
 * its directory.
 */
import { Fault } from "../../base/fault.ts";
import { sleep, type Timers } from "../../base/timers.ts";
import type { ContainerId } from "../../oci/container-id.ts";
import { listDirectory, removeTree, rmdirIfEmpty } from "../../sys/directory.ts";
import {
  close,
  directoryFlag,
  fstat,
  lock,
  lstatIfPresent,
  mkdir,
  mkdirAll,
  mkdirIfMissing,
  noFollowFlag,
  O,
  open,
  readTextFile,
  replaceFile,
} from "../../sys/file.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import { type ContainerRecord, parseContainerRecord, parseSandboxRecord, type SandboxRecord } from "./record.ts";

/** The state directory where the command line names none. */
export const defaultRoot = "/run/kata-containers";

const sandboxes = "@sandbox";
/** A state directory of one of containerd's namespaces is below another one, and goes with what is in it. */
const ofNamespace = /\/@shim\/[^/]+$/;
const recordLimit = 4 << 20;
const directoryMode = 0o711;

export class Store {
  /** Absolute. */
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  containerDirectory(id: string): string {
    return `${this.root}/${id}`;
  }

  sandboxDirectory(id: string): string {
    return `${this.root}/${sandboxes}/${id}`;
  }

  /** For what is known about this host and not about one sandbox: one for all of containerd's namespaces. */
  get hostDirectory(): string {
    return `${this.root.replace(ofNamespace, "")}/@host`;
  }

  socketPath(sandboxId: string): string {
    return `${this.sandboxDirectory(sandboxId)}/sandbox.sock`;
  }

  /** Takes the id, or throws `container with given ID already exists`. */
  reserve(id: ContainerId): IdLock {
    const path = this.containerDirectory(id);
    try {
      makeWithin(() => mkdirAll(this.root, directoryMode), path, directoryMode);
    } catch (error) {
      if (isErrno(error, "EEXIST"))
        throw new Fault("container with given ID already exists", { component: "store", code: "already-exists" });
      throw new Fault(`create state of ${id}`, { component: "store", cause: error });
    }
    const fd = openDirectoryToLock(path);
    lock(fd, true);
    return { release: () => close(fd) };
  }

  /** The id's lock, to delete it; undefined when there is no such id. Waits for whoever makes or deletes it. */
  async lock(id: ContainerId, timers: Timers, timeoutMs: number): Promise<IdLock | undefined> {
    const path = this.containerDirectory(id);
    const deadline = timers.nowMs() + timeoutMs;
    for (;;) {
      const fd = openDirectoryIfPresent(path);
      if (fd === undefined) return undefined;
      if (lock(fd, false)) {
        if (lstatIfPresent(path)?.inode === fstat(fd).inode) return { release: () => close(fd) };
      } else if (timers.nowMs() > deadline) {
        close(fd);
        throw new Fault(`lock ${path}: another command has held it for ${timeoutMs} ms`, { component: "store", code: "locked" });
      }
      close(fd);
      await sleep(timers, 5);
    }
  }

  /** undefined when there is no such id. A directory without a record is an id that somebody is just taking or giving up. */
  read(id: string): ContainerRecord | undefined {
    const path = `${this.containerDirectory(id)}/state.json`;
    const text = readIfPresent(path);
    return text === undefined ? undefined : parseContainerRecord(text, path);
  }

  write(record: ContainerRecord): void {
    replaceFile(`${this.containerDirectory(record.id)}/state.json`, JSON.stringify(record), { sync: false });
  }

  remove(id: string): void {
    removeTree(this.containerDirectory(id));
    this.#removeIfEmpty();
  }

  /** Ids in the order of their names. Throws ENOENT when there is no state directory. */
  list(): string[] {
    return listDirectory(this.root)
      .filter((name) => !name.startsWith("@") && !name.startsWith("."))
      .sort();
  }

  makeSandboxDirectory(id: string): void {
    const makeParents = (): void => {
      mkdirIfMissing(this.root, directoryMode);
      mkdirIfMissing(`${this.root}/${sandboxes}`, 0o700);
    };
    makeWithin(makeParents, this.sandboxDirectory(id), 0o700);
  }

  readSandbox(id: string): SandboxRecord | undefined {
    const path = `${this.sandboxDirectory(id)}/sandbox.json`;
    const text = readIfPresent(path);
    return text === undefined ? undefined : parseSandboxRecord(text, path);
  }

  writeSandbox(record: SandboxRecord): void {
    replaceFile(`${this.sandboxDirectory(record.id)}/sandbox.json`, JSON.stringify(record), { sync: false });
  }

  /** Whoever has it decides about the sandbox's processes; undefined when another does, or the directory is gone. */
  tryLockSandbox(id: string): IdLock | undefined {
    const path = this.sandboxDirectory(id);
    const fd = openDirectoryIfPresent(path);
    if (fd === undefined) return undefined;
    if (lock(fd, false) && lstatIfPresent(path)?.inode === fstat(fd).inode) return { release: () => close(fd) };
    close(fd);
    return undefined;
  }

  /** Names of the sandboxes in this state directory; empty when there is none. */
  listSandboxes(): string[] {
    try {
      return listDirectory(this.sandboxDirectory(""));
    } catch (error) {
      if (isErrno(error, "ENOENT")) return [];
      throw error;
    }
  }

  removeSandbox(id: string): void {
    removeTree(this.sandboxDirectory(id));
    this.#removeIfEmpty();
  }

  /** Namespaces come and go. Whoever makes something in one at this instant makes the directory again. */
  #removeIfEmpty(): void {
    if (ofNamespace.test(this.root) && rmdirIfEmpty(`${this.root}/${sandboxes}`)) rmdirIfEmpty(this.root);
  }
}

/** Held until released; the kernel releases it when the process dies. */
export interface IdLock {
  release(): void;
}

const mostTries = 100;

/** Makes a directory whose parents others may be removing, being empty. */
function makeWithin(makeParents: () => void, path: string, mode: number): void {
  for (let tries = 1; ; tries++) {
    try {
      makeParents();
      mkdir(path, mode);
      return;
    } catch (error) {
      if (!isErrno(error, "ENOENT") || tries === mostTries) throw error;
    }
  }
}

/** Not through a link: what it leads to is nobody's state, and is not what the path itself is. */
function openDirectoryToLock(path: string): Fd {
  return open(path, O.RDONLY | directoryFlag() | noFollowFlag());
}

function openDirectoryIfPresent(path: string): Fd | undefined {
  try {
    return openDirectoryToLock(path);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

function readIfPresent(path: string): string | undefined {
  try {
    return readTextFile(path, recordLimit);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}
