/** Container ids: they become directory and cgroup names, so what they may hold is a matter of safety. */
import { Fault } from "../base/fault.ts";

/** An id that `parseContainerId` has let through. */
export type ContainerId = string & { readonly __brand: "ContainerId" };

/** NAME_MAX of Linux file systems: an id is a directory's name. */
const longestId = 255;

/** Throws with runc's texts when `id` is empty, or has other characters than letters, digits and `_+.-`, or is `.` or `..`. */
export function parseContainerId(id: string): ContainerId {
  if (id === "") throw new Fault("container id cannot be empty", { code: "invalid-id" });
  if (id === "." || id === ".." || !/^[A-Za-z0-9_+.-]+$/.test(id)) throw new Fault("invalid container ID format", { code: "invalid-id" });
  if (id.length > longestId) {
    throw new Fault(`container id is ${id.length} characters long, must be at most ${longestId}`, { code: "invalid-id" });
  }
  return id as ContainerId;
}
