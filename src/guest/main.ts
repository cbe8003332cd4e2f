/** kata-agent: process 1 of the guest. Composition root. */
import { createLogger, type Logger } from "../base/log.ts";
import { rlimitNumbers } from "../oci/validate.ts";
import { readTextFile } from "../sys/file.ts";
import { setInterfaceUp } from "../sys/interface.ts";
import { describeUncaught, EventLoop } from "../sys/loop.ts";
import { limitMemory, PR, prctl, setLimit, trimMemory } from "../sys/process.ts";
import { setHostname, totalMemory } from "../sys/system.ts";
import { cgroupRoot, enableControllers } from "./container/cgroup.ts";
import { parseCommandLine } from "./init/command-line.ts";
import { consoleSink } from "./init/console-log.ts";
import { mountFileSystems, occupyStandardStreams } from "./init/file-systems.ts";
import { loadNamedModule, loadStartModules } from "./init/modules.ts";
import { shutDown } from "./init/power.ts";
import { ChildReaper } from "./init/reaper.ts";
import { WaitingCards } from "./network/waiting-cards.ts";
import { findSerialPort, serveSerial, serveVsock } from "./service/channel.ts";
import type { Machine } from "./service/machine.ts";
import { Pod } from "./service/pod.ts";
import { agentServices } from "./service/services.ts";

declare const KATA_VERSION: string;

/**
 * Whatever goes wrong in the agent must not take the guest's memory from the containers. Each process that does not read
 * its input can hold a stream's window (256 KiB) here: a small limit would end the machine at some 120 of them.
 */
const leastMemoryBytes = 32 << 20;
const memoryShare = 4;

/** A process of a container costs the agent four descriptors, a container one more. The hard limit is what containers get. */
const agentDescriptors = 65_536n;
const containerDescriptors = 524_288n;

function boot(): void {
  occupyStandardStreams();
  let logger = createLogger(consoleSink("info"), { source: "agent" });
  logger.info(`version ${KATA_VERSION} starts`);
  const loop = new EventLoop((error) => {
    logger.error(`uncaught: ${describeUncaught(error)}`);
    shutDown();
  });
  try {
    // Children inherit it until they execute: a container must not read what the agent knows of others in them.
    prctl(PR.setDumpable, 0);
    setLimit(rlimitNumbers.RLIMIT_NOFILE, agentDescriptors, containerDescriptors);
    mountFileSystems();
    limitMemory(Math.max(leastMemoryBytes, Math.floor(totalMemory() / memoryShare)));
    const options = parseCommandLine(readTextFile("/proc/cmdline"));
    logger = createLogger(consoleSink(options.logLevel), { source: "agent" });
    prepareGuest();
    const waitingCards = new WaitingCards((error) => {
      shutDown();
      throw error;
    });
    waitingCards.setAside();
    serve(loop, logger, waitingCards);
    trimMemory();
  } catch (error) {
    logger.error(`boot: ${describeUncaught(error)}`);
    shutDown();
  }
}

function prepareGuest(): void {
  loadStartModules();
  enableControllers(cgroupRoot);
  setHostname("localhost");
  setInterfaceUp("lo");
}

function serve(loop: EventLoop, logger: Logger, waitingCards: WaitingCards): void {
  const pod = new Pod({ loop, timers: loop, reaper: new ChildReaper(loop), logger }, loadNamedModule);
  const machine: Machine = { version: KATA_VERSION, waitingCards, loadModule: loadNamedModule, shutDown };
  const channel = { loop, logger, services: agentServices(pod, machine), streams: pod.streams };
  const vsock = serveVsock(channel);
  const device = findSerialPort();
  if (device !== undefined) void serveSerial(device, channel);
  logger.info("ready", { vsock, serial: device });
  if (device === undefined && !vsock)
    throw new Error("no channel to the host: neither a virtio-serial port named agent.channel.0 nor /dev/vsock");
}

boot();
