/** Requests about the guest: what it is, its clock, its entropy, its processors and memory. */

import {
  featureExecOptions,
  featureNameServer,
  featureNotifySocket,
  featureOciJson,
  featurePassedDescriptors,
  featurePause,
  featureSeccompBpf,
  featureWatchedCopies,
} from "../../protocol/features.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { readTextFile, statIfPresent, writeKnob } from "../../sys/file.ts";
import { setWallClock } from "../../sys/loop.ts";
import { reseedRandom } from "../../sys/system.ts";
import { diskDrivers } from "../storage/disks.ts";
import { storageDrivers } from "../storage/storages.ts";
import { bringUpAll, bringUpMemory, bringUpProcessors, memoryDevices } from "./bring-up.ts";
import type { Group } from "./groups.ts";
import type { Machine } from "./machine.ts";
import { GuestMetrics } from "./metrics.ts";
import type { Pod } from "./pod.ts";

type GuestMethods =
  | "getGuestDetails"
  | "getMetrics"
  | "onlineCPUMem"
  | "reseedRandomDev"
  | "setGuestDateTime"
  | "copyFile"
  | "memHotplugByProbe";

export function guestHandlers(pod: Pod, machine: Machine): Group<GuestMethods> {
  const { timers } = pod.around;
  const metrics = new GuestMetrics();
  return {
    getGuestDetails: ({ memBlockSize, memHotplugProbe }) => ({
      memBlockSizeBytes: memBlockSize ? blockSize() : 0,
      supportMemHotplugProbe: memHotplugProbe && statIfPresent(`${memoryDevices}/probe`) !== undefined,
      agentDetails: {
        version: machine.version,
        initDaemon: true,
        deviceHandlers: diskDrivers,
        storageHandlers: storageDrivers,
        // In the sense of the Kata agent: to compile filters in the guest.
        supportsSeccomp: false,
        extraFeatures: [
          featureOciJson,
          featureSeccompBpf,
          featureExecOptions,
          featurePassedDescriptors,
          featureNotifySocket,
          featurePause,
          featureNameServer,
          featureWatchedCopies,
        ],
      },
    }),
    getMetrics: () => ({ metrics: metrics.text() }),
    onlineCPUMem: async ({ nbCpus, cpuOnly, cpus, memoryBlocks }) => {
      if (cpus > 0 || memoryBlocks > 0) await bringUpAll(timers, { cpus, memoryBlocks });
      else {
        bringUpProcessors(nbCpus === 0 ? undefined : nbCpus);
        if (!cpuOnly) bringUpMemory();
      }
      return {};
    },
    reseedRandomDev: ({ data }) => {
      if (data.length > 0) reseedRandom(data);
      return {};
    },
    setGuestDateTime: ({ sec, usec }) => {
      setWallClock(sec, usec * 1000);
      return {};
    },
    copyFile: (request) => {
      pod.copies.take(request);
      return {};
    },
    memHotplugByProbe: ({ memHotplugProbeAddr }) => {
      if (!statIfPresent(`${memoryDevices}/probe`))
        throw new RpcError(rpcCode.unimplemented, "MemHotplugByProbe: this guest's kernel has no memory probe");
      for (const address of memHotplugProbeAddr) writeKnob(`${memoryDevices}/probe`, `0x${address.toString(16)}`);
      return {};
    },
  };
}

/** Hexadecimal without a prefix; 0 for a kernel without memory hot-plug. */
function blockSize(): number {
  const file = `${memoryDevices}/block_size_bytes`;
  return statIfPresent(file) ? Number.parseInt(readTextFile(file).trim(), 16) : 0;
}
