/** The sandbox process, composed. */
import type { Logger } from "../../base/log.ts";
import { productVersion } from "../../base/version.ts";
import { describeUncaught, EventLoop } from "../../sys/loop.ts";
import { exit } from "../../sys/process.ts";
import { openSystemLog } from "../log/open.ts";
import { runSandbox } from "../sandbox/main.ts";
import { createHypervisor } from "./hypervisors.ts";

const exitSoftware = 70;

export function startSandboxProcess(): void {
  let log: Logger = openSystemLog({ debug: false, fields: { source: "sandbox" } });
  const loop = new EventLoop((error) => {
    // VM and daemon are told by the kernel that this process has ended
    log.error(describeUncaught(error));
    exit(exitSoftware);
  });
  runSandbox({
    loop,
    version: productVersion,
    logger: ({ id, debug }) => {
      log = openSystemLog({ debug, fields: { source: "sandbox", sandbox: id } });
      return log;
    },
    hypervisor: (name, { logger, runDirectory }) => createHypervisor(name, { loop, logger, runDirectory }),
  });
}
