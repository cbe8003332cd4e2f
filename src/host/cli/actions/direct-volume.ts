import { Fault } from "../../../base/fault.ts";
import { addDirectVolume, removeDirectVolume } from "../../disk/direct-volume.ts";
import type { Action } from "./action.ts";

const actions = ["add", "remove"];
const later = ["stats", "resize"];

export const directVolume: Action<"direct-volume"> = ({ operands: [action], options }) => {
  const { volumePath: path, mountInfo: info } = options;
  if (later.includes(action)) throw misuse(`${action} is not supported by this version`);
  if (!actions.includes(action)) throw misuse(`${JSON.stringify(action)} is not an action, must be one of ${actions.join(", ")}`);
  if (!path?.startsWith("/")) throw misuse(`--volume-path is ${JSON.stringify(path ?? "")}, must be an absolute path`);
  if (action === "add") {
    if (info === undefined) throw misuse("add needs --mount-info");
    addDirectVolume(path, info);
  } else removeDirectVolume(path);
  return Promise.resolve(0);
};

const misuse = (text: string): Fault => new Fault(`direct-volume: ${text}`, { component: "cli", code: "EINVAL" });
