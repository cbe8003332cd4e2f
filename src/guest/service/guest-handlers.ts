/** Requests about the guest: what it is, its clock, its entropy, its processors and memory. */
import { featureExecOptions, featureNameServer, featureNotifySocket, featureOciJson, featureSeccompBpf } from "../../protocol/features.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { listSubdirectories } from "../../sys/directory.ts";
import { readTextFile, statIfPresent, writeKnob } from "../../sys/file.ts";
import { setWallClock } from "../../sys/loop.ts";
import { reseedRandom } from "../../sys/system.ts";
import { storageDrivers } from "../storage/storages.ts";
import { copyFile } from "./copy-file.ts";
import type { Group } from "./groups.ts";
import type { Machine } from "./machine.ts";
import { metricsText } from "./metrics.ts";

type GuestMethods =
  | "getGuestDetails"
  | "getMetrics"
  | "onlineCPUMem"
  | "reseedRandomDev"
  | "setGuestDateTime"
  | "copyFile"
  | "memHotplugByProbe";

const memoryDevices = "/sys/devices/system/memory";
const processors = "/sys/devices/system/cpu";

export function guestHandlers(machine: Machine): Group<GuestMethods> {
  return {
    getGuestDetails: ({ memBlockSize, memHotplugProbe }) => ({
      memBlockSizeBytes: memBlockSize ? blockSize() : 0,
      supportMemHotplugProbe: memHotplugProbe && statIfPresent(`${memoryDevices}/probe`) !== undefined,
      agentDetails: {
        version: machine.version,
        initDaemon: true,
        deviceHandlers: [],
        storageHandlers: storageDrivers,
        // In the sense of the Kata agent: to compile filters in the guest.
        supportsSeccomp: false,
        extraFeatures: [featureOciJson, featureSeccompBpf, featureExecOptions, featureNotifySocket, featureNameServer],
      },
    }),
    getMetrics: () => ({ metrics: metricsText() }),
    onlineCPUMem: ({ nbCpus, cpuOnly }) => {
      bringUpProcessors(nbCpus);
      if (!cpuOnly) bringUpMemory();
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
      copyFile(request);
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

/** As many as were asked for, of those that are plugged in and do not run yet; 0 means all of them. */
function bringUpProcessors(count: number): void {
  let left = count === 0 ? Number.POSITIVE_INFINITY : count;
  for (const name of listSubdirectories(processors)) {
    const knob = `${processors}/${name}/online`;
    if (left === 0 || !/^cpu\d+$/.test(name) || !statIfPresent(knob) || readTextFile(knob).trim() === "1") continue;
    writeKnob(knob, "1");
    left--;
  }
}

function bringUpMemory(): void {
  if (!statIfPresent(memoryDevices)) return;
  for (const name of listSubdirectories(memoryDevices)) {
    const knob = `${memoryDevices}/${name}/state`;
    if (/^memory\d+$/.test(name) && readTextFile(knob).trim() === "offline") writeKnob(knob, "online");
  }
}
