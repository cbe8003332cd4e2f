import { chainMessage, Fault } from "../../../base/fault.ts";
import { readTextFile } from "../../../sys/file.ts";
import { isErrno } from "../../../sys/syscall.ts";
import { type ListedContainer, listContainers } from "../../runtime/query.ts";
import { defaultRoot } from "../../store/store.ts";
import { listText } from "../output.ts";
import type { Action } from "./action.ts";
import { ociState } from "./state.ts";

export const list: Action<"list"> = ({ options }, rt, terminal) => {
  const { store } = rt;
  let found: ListedContainer[];
  try {
    found = listContainers(store, (error) => terminal.warn(chainMessage(error)));
  } catch (error) {
    // nothing was ever created there; a place that the user named must exist
    if (!isErrno(error, "ENOENT")) throw error;
    if (store.root !== defaultRoot) throw new Fault(`list containers in ${store.root}`, { component: "store", cause: error });
    found = [];
  }
  const names = userNames(found.length > 0);
  const states = found.map((each) => ociState(each, names.get(each.uid) ?? `#${each.uid}`));
  terminal.print(listText(states, options));
  return 0;
};

function userNames(wanted: boolean): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  if (!wanted) return names;
  for (const line of readPasswords().split("\n")) {
    const [name, , uid] = line.split(":");
    if (name && uid && !names.has(Number(uid))) names.set(Number(uid), name);
  }
  return names;
}

function readPasswords(): string {
  try {
    return readTextFile("/etc/passwd", 4 << 20);
  } catch {
    return ""; // a host without users by name: ids are shown
  }
}
