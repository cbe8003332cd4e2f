/** The process that answers containerd, composed. */
import type { Logger } from "../../base/log.ts";
import { productVersion } from "../../base/version.ts";
import { describeUncaught, EventLoop } from "../../sys/loop.ts";
import { exit } from "../../sys/process.ts";
import { openSystemLog } from "../log/open.ts";
import { serveShim } from "../shim/serve.ts";
import { composeRuntime } from "./runtime.ts";

const exitSoftware = 70;

export function startShimProcess(): void {
  let log: Logger = openSystemLog({ debug: false, fields: { source: "shim" } });
  const loop = new EventLoop((error) => {
    log.error(describeUncaught(error));
    exit(exitSoftware);
  });
  serveShim({
    loop,
    version: productVersion,
    logger: ({ id, debug, namespace }) => {
      log = openSystemLog({ debug, fields: { source: "shim", sandbox: id, namespace } });
      return log;
    },
    runtime: ({ root, configuration }, logger) => ({
      ...composeRuntime({ root, systemdCgroup: "by-path", configuration }, loop, logger),
      onChild: (pid) => void loop.childExit(pid),
    }),
  });
}
