import { Fault } from "../../../base/fault.ts";
import { decodeUtf8 } from "../../../base/text.ts";
import { parseContainerId } from "../../../oci/container-id.ts";
import { readAll, readTextFile } from "../../../sys/file.ts";
import type { Fd } from "../../../sys/syscall.ts";
import { callNetwork, type NetworkCall } from "../../runtime/network.ts";
import type { Action } from "./action.ts";

const stdin = 0 as Fd;
const mostBytes = 1 << 20;

const calls: Readonly<Record<string, { readonly call: NetworkCall; readonly reads: boolean }>> = {
  "add-iface": { call: "addInterface", reads: true },
  "del-iface": { call: "removeInterface", reads: true },
  "list-ifaces": { call: "listInterfaces", reads: false },
  "update-routes": { call: "updateRoutes", reads: true },
  "list-routes": { call: "listRoutes", reads: false },
};

export const network: Action<"kata-network"> = async ({ operands: [action, id, file] }, rt, terminal) => {
  const found = Object.hasOwn(calls, action) ? calls[action] : undefined;
  if (!found) throw misuse(`${JSON.stringify(action)} is not an action, must be one of ${Object.keys(calls).join(", ")}`);
  if (found.reads !== (file !== undefined))
    throw misuse(`${action} ${found.reads ? "needs a file, or - for standard input" : "takes no file"}`);
  const container = parseContainerId(id);
  terminal.print(`${await callNetwork(rt, container, found.call, file === undefined ? "" : readDocument(file))}\n`);
  return 0;
};

function readDocument(file: string): string {
  return file === "-" ? decodeUtf8(readAll(stdin, mostBytes, "standard input")) : readTextFile(file, mostBytes);
}

const misuse = (text: string): Fault => new Fault(`kata-network: ${text}`, { component: "cli", code: "EINVAL" });
