import { Fault } from "../../../base/fault.ts";
import { addDirectVolume, removeDirectVolume } from "../../disk/direct-volume.ts";
import type { Action } from "./action.ts";

const actions = ["add", "remove", "stats", "resize"];

export const directVolume: Action<"direct-volume"> = async ({ operands: [action], options }, rt, terminal) => {
  const { volumePath: path, mountInfo: info, size } = options;
  if (!actions.includes(action)) throw misuse(`${JSON.stringify(action)} is not an action, must be one of ${actions.join(", ")}`);
  if (!path?.startsWith("/")) throw misuse(`--volume-path is ${JSON.stringify(path ?? "")}, must be an absolute path`);
  if (action === "add") {
    if (info === undefined) throw misuse("add needs --mount-info");
    addDirectVolume(path, info);
  } else if (action === "remove") removeDirectVolume(path);
  else {
    const { resizeVolume, volumeStats } = await import("../../runtime/volume.ts");
    if (action === "stats") terminal.print(`${await volumeStats(rt, path)}\n`);
    else await resizeVolume(rt, path, bytesOf(size));
  }
  return 0;
};

function bytesOf(text: string | undefined): number {
  const bytes = /^\d+$/.test(text ?? "") ? Number(text) : 0;
  if (bytes === 0 || !Number.isSafeInteger(bytes))
    throw misuse(`resize needs --size in bytes, more than 0; it is ${JSON.stringify(text ?? "")}`);
  return bytes;
}

const misuse = (text: string): Fault => new Fault(`direct-volume: ${text}`, { component: "cli", code: "EINVAL" });
