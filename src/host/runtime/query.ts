/** What the records and the process table say; the VM is not asked. */
import { Fault } from "../../base/fault.ts";
import type { ContainerId } from "../../oci/container-id.ts";
import { parseContainerId } from "../../oci/container-id.ts";
import type { Status } from "../../oci/state.ts";
import { lstat } from "../../sys/file.ts";
import { isErrno } from "../../sys/syscall.ts";
import { type ContainerRecord, currentStatus } from "../store/record.ts";
import type { Store } from "../store/store.ts";

export interface ContainerFacts {
  readonly record: ContainerRecord;
  readonly status: Status;
  /** 0 once stopped. */
  readonly pid: number;
}

export function notFound(): Fault {
  return new Fault("container does not exist", { component: "store", code: "not-found" });
}

/** Throws `container does not exist`. */
export function findContainer(store: Store, id: ContainerId): ContainerFacts {
  const record = store.read(id);
  if (!record) throw notFound();
  return factsOf(record);
}

export function factsOf(record: ContainerRecord): ContainerFacts {
  const status = currentStatus(record);
  return { record, status, pid: status === "stopped" ? 0 : record.process.pid };
}

export interface ListedContainer extends ContainerFacts {
  /** Owner of the container's directory. */
  readonly uid: number;
}

/** `onBroken` hears of entries that cannot be read; they are left out. */
export function listContainers(store: Store, onBroken: (error: unknown) => void): ListedContainer[] {
  const found: ListedContainer[] = [];
  for (const name of store.list()) {
    try {
      const record = store.read(parseContainerId(name));
      if (record) found.push({ ...factsOf(record), uid: lstat(store.containerDirectory(name)).uid });
    } catch (error) {
      if (!isErrno(error, "ENOENT")) onBroken(error);
    }
  }
  return found;
}
