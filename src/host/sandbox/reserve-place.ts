/**
 * Where sandboxes in reserve are: `RESERVE_PATH/KEY` is laid out like a state directory, one for each kind of machine;
 * `RESERVE_PATH/slot.N.lock` is held by each that is made or waits. The lock of a sandbox's directory decides who may
 * claim or end it.
 */
import { Fault } from "../../base/fault.ts";
import { listDirectory, rmdir } from "../../sys/directory.ts";
import { mkdirAll, statIfPresent, unlinkIfPresent } from "../../sys/file.ts";
import { wallClockNs } from "../../sys/loop.ts";
import { processFacts, processId } from "../../sys/process.ts";
import { randomHex } from "../../sys/random.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import { tryLockFile } from "../factory/lock-file.ts";
import { type HelperRef, isAlive, type ProcessRef } from "../store/record.ts";
import { Store } from "../store/store.ts";
import { type DestroyDependencies, destroySandbox } from "./destroy.ts";

type Around = Omit<DestroyDependencies, "store">;

/** Of one sandbox in reserve, for those who look from outside. */
export interface ReserveFacts {
  readonly key: string;
  readonly id: string;
  readonly process: ProcessRef;
  readonly helpers: readonly HelperRef[];
  /** `broken`: its process was killed, or has taken too long to get ready. */
  readonly state: "preparing" | "waiting" | "broken";
  /** Seconds since it was begun, or since it waits. */
  readonly ageSeconds: number;
}

/** Longer than the longest boot of a template and a clone. */
const longestPreparationSeconds = 180;

export const reserveStore = (reservePath: string, key: string): Store => new Store(`${reservePath}/${key}`);

/** All that are there, whatever they are kept by. */
export function listReserves(reservePath: string): ReserveFacts[] {
  return reserveKeys(reservePath).flatMap((key) => {
    const store = reserveStore(reservePath, key);
    return store.listSandboxes().flatMap((id) => reserveFacts(store, key, id) ?? []);
  });
}

function reserveFacts(store: Store, key: string, id: string): ReserveFacts | undefined {
  const begun = statIfPresent(store.sandboxDirectory(id));
  if (!begun) return undefined;
  const ready = statIfPresent(store.socketPath(id));
  const { process = makerOf(id), helpers = [] } = readRecord(store, id) ?? {};
  const ageSeconds = Number((wallClockNs() - (ready ?? begun).mtimeNs) / 1_000_000_000n);
  const overdue = !ready && ageSeconds > longestPreparationSeconds;
  const state = !isAlive(process) || overdue ? "broken" : ready ? "waiting" : "preparing";
  return { key, id, process, helpers, state, ageSeconds };
}

/** One that is damaged says nothing. */
function readRecord(store: Store, id: string): ReturnType<Store["readSandbox"]> {
  try {
    return store.readSandbox(id);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** Without a record the name tells who just makes it, or was killed before it had one. */
function makerOf(id: string): ProcessRef {
  const pid = Number(/^reserve-(\d+)-/.exec(id)?.[1] ?? 0);
  return { pid, startTime: (pid > 0 ? processFacts(pid)?.startTime : undefined) ?? 0 };
}

/** Takes a slot, so that there are never more sandboxes than wanted; undefined when all are taken. */
export function takeSlot(reservePath: string, slots: number): Fd | undefined {
  mkdirAll(reservePath, 0o700);
  for (let n = 0; n < slots; n++) {
    const fd = tryLockFile(`${reservePath}/slot.${n}.lock`);
    if (fd !== undefined) return fd;
  }
  return undefined;
}

/** Removes what those left behind that were killed. */
export async function removeBroken(reservePath: string, around: Around): Promise<void> {
  for (const reserve of listReserves(reservePath)) if (reserve.state === "broken") await endReserve(reservePath, reserve, around);
}

/** Ends the one that has waited longest of those for other machines than `key`'s. False when there is none. */
export async function makeRoom(reservePath: string, key: string, around: Around): Promise<boolean> {
  const others = listReserves(reservePath).filter((each) => each.key !== key && each.state === "waiting");
  for (const each of others.sort((a, b) => b.ageSeconds - a.ageSeconds)) if (await endReserve(reservePath, each, around)) return true;
  return false;
}

/** Kills it and removes what it has. False when somebody claims it just now, or it is gone. */
export async function endReserve(reservePath: string, { key, id, process }: ReserveFacts, around: Around): Promise<boolean> {
  const store = reserveStore(reservePath, key);
  const lock = store.tryLockSandbox(id);
  if (!lock) return false;
  try {
    await destroySandbox({ ...around, store }, id, { started: process, patienceMs: 0 });
  } finally {
    lock.release();
  }
  return true;
}

/** Keys under which there are reserves, or were. */
export function reserveKeys(reservePath: string): string[] {
  if (!statIfPresent(reservePath)) return [];
  return listDirectory(reservePath)
    .filter((name) => /^[0-9a-f]{16}$/.test(name))
    .sort();
}

/** The place of one while it is in reserve. */
export class ReservePlace {
  readonly store: Store;
  readonly id = `reserve-${processId()}-${randomHex(4)}`;
  #removed = false;

  constructor(reservePath: string, key: string) {
    this.store = reserveStore(reservePath, key);
    mkdirAll(this.store.root, 0o700);
    this.store.makeSandboxDirectory(this.id);
  }

  get socketPath(): string {
    return this.store.socketPath(this.id);
  }

  /** Whether claimers can find it. */
  get reachable(): boolean {
    return statIfPresent(this.socketPath) !== undefined;
  }

  remove(): void {
    if (this.#removed) return;
    this.#removed = true;
    unlinkIfPresent(this.socketPath);
    this.store.removeSandbox(this.id);
  }
}

/** Removes the directories of `key` when nobody uses them. */
export function removeEmptyKey(reservePath: string, key: string): void {
  const { root } = reserveStore(reservePath, key);
  for (const path of [`${root}/@sandbox`, root]) {
    try {
      rmdir(path);
    } catch (error) {
      if (!isErrno(error, "ENOENT", "ENOTEMPTY")) throw error;
      if (isErrno(error, "ENOTEMPTY")) return;
    }
  }
}
