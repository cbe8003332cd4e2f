/** containerd-shim-kata-v2, composed: what containerd runs, and the process that then answers it. */
import { chainMessage } from "../../base/fault.ts";
import { encodeUtf8 } from "../../base/text.ts";
import { productCommit, productVersion } from "../../base/version.ts";
import { chdir, currentDirectory, writeAll } from "../../sys/file.ts";
import { describeUncaught, EventLoop } from "../../sys/loop.ts";
import { environment, exit } from "../../sys/process.ts";
import type { Fd } from "../../sys/syscall.ts";
import { openSystemLog } from "../log/open.ts";
import { parseShimArguments, type ShimArguments } from "../shim/arguments.ts";
import { shimRoot } from "../shim/parameters.ts";
import { startShim } from "../shim/start.ts";
import { composeRuntime } from "./runtime.ts";

const [stdout, stderr] = [1 as Fd, 2 as Fd];

/** containerd reads both streams: nothing but the answer, or what went wrong. */
export async function runShimCommand(argv: readonly string[]): Promise<never> {
  try {
    writeAll(stdout, await answer(parseShimArguments(argv)));
    return exit(0);
  } catch (error) {
    writeAll(stderr, encodeUtf8(`containerd-shim-kata-v2: ${chainMessage(error)}\n`));
    return exit(1);
  }
}

async function answer(args: ShimArguments): Promise<Uint8Array> {
  switch (args.action) {
    case "version":
      return encodeUtf8(`containerd-shim-kata-v2:\n  Version:  ${productVersion}\n  Revision: ${productCommit}\n`);
    case "info":
      return (await import("./shim-info.ts")).describeRuntime();
    case "start":
      return startShim(args, { currentDirectory: currentDirectory(), variable: (name) => environment().get(name) });
    case "delete":
      return cleanUpAfter(args);
  }
}

async function cleanUpAfter(args: ShimArguments): Promise<Uint8Array> {
  const logger = openSystemLog({ debug: args.debug, fields: { source: "shim", container: args.id, command: "delete" } });
  const loop = new EventLoop((error) => {
    logger.error(describeUncaught(error));
    exit(1);
  });
  const bundle = args.bundle || currentDirectory();
  chdir("/"); // the bundle is about to go
  const { cleanUp } = await import("../shim/cleanup.ts");
  return cleanUp(
    args,
    bundle,
    composeRuntime({ root: shimRoot(args.namespace), systemdCgroup: false, configuration: undefined }, loop, logger),
  );
}
