/** Requests about the pod as a whole. */
import { sleep, within } from "../../base/timers.ts";
import { VolumeUsageUnit } from "../../protocol/gen/agent.ts";
import { guestRun } from "../../protocol/guest-paths.ts";
import { mkdirAll, replaceFile } from "../../sys/file.ts";
import { fileSystemUsage } from "../../sys/statfs.ts";
import { setHostname } from "../../sys/system.ts";
import { growFileSystem } from "../storage/grow.ts";
import type { Group } from "./groups.ts";
import type { Machine } from "./machine.ts";
import type { Pod } from "./pod.ts";

/** Long enough for the answer to leave the guest. */
const farewellMs = 20;

/** A process that the kernel cannot end (its files are on a share that hangs) must not keep the machine alive. */
const removeAllMs = 5000;

export function sandboxHandlers(
  pod: Pod,
  machine: Machine,
): Group<
  | "createSandbox"
  | "destroySandbox"
  | "getOOMEvent"
  | "removeStaleVirtiofsShareMounts"
  | "updateEphemeralMounts"
  | "getVolumeStats"
  | "resizeVolume"
> {
  return {
    createSandbox: (request) => {
      mkdirAll(guestRun, 0o755);
      for (const { name, parameters } of request.kernelModules) machine.loadModule(name, parameters);
      if (request.hostname !== "") setHostname(request.hostname);
      for (const storage of request.storages) pod.storages.add(storage);
      if (request.dns.length > 0)
        replaceFile("/etc/resolv.conf", request.dns.map((line) => (/^\S+$/.test(line) ? `nameserver ${line}\n` : `${line}\n`)).join(""), {
          mode: 0o644,
        });
      return {};
    },
    destroySandbox: async () => {
      await within(pod.around.timers, removeAllMs, pod.removeAll());
      void sleep(pod.around.timers, farewellMs).then(() => machine.shutDown());
      return {};
    },
    getOOMEvent: async (_request, context) => ({ containerId: await pod.outOfMemory.next((forget) => context.onClose(forget)) }),
    // The share's mounts are made once and stay for the life of the guest: none of them goes stale.
    removeStaleVirtiofsShareMounts: () => ({}),
    updateEphemeralMounts: ({ storages }) => {
      for (const storage of storages) pod.storages.update(storage);
      return {};
    },
    getVolumeStats: ({ volumeGuestPath }) => volumeStats(volumeGuestPath),
    resizeVolume: async ({ volumeGuestPath, size }) => {
      await growFileSystem(volumeGuestPath, size, pod.around.timers);
      return {};
    },
  };
}

function volumeStats(path: string) {
  const { blockSize, blocks, freeBlocks, availableBlocks, files, freeFiles } = fileSystemUsage(path);
  const bytes = (count: number): bigint => BigInt(count) * BigInt(blockSize);
  return {
    usage: [
      { unit: VolumeUsageUnit.bytes, total: bytes(blocks), available: bytes(availableBlocks), used: bytes(blocks - freeBlocks) },
      { unit: VolumeUsageUnit.inodes, total: BigInt(files), available: BigInt(freeFiles), used: BigInt(files - freeFiles) },
    ],
    volumeCondition: { abnormal: false, message: "" },
  };
}
