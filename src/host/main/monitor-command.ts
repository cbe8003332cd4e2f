/** kata-monitor, composed. */
import { chainMessage } from "../../base/fault.ts";
import { createLogger, type Level, type Logger } from "../../base/log.ts";
import { encodeUtf8 } from "../../base/text.ts";
import { productCommit, productVersion } from "../../base/version.ts";
import { chdir, writeAll } from "../../sys/file.ts";
import { describeUncaught, EventLoop, watchSignals } from "../../sys/loop.ts";
import { exit, raiseOpenFileLimit, setName } from "../../sys/process.ts";
import type { Fd } from "../../sys/syscall.ts";
import { monitorHelp } from "../cli/help.ts";
import { type MonitorLine, parseMonitorLine } from "../cli/monitor-line.ts";
import { standardErrorOutlet } from "../log/outlets.ts";
import { recordLine } from "../log/record.ts";
import { parseListenAddress } from "../monitor/listen-address.ts";
import { Scraper } from "../monitor/scrape.ts";
import { serveMonitor } from "../monitor/serve.ts";
import type { Runtime } from "../runtime/context.ts";
import { composeRuntime } from "./runtime.ts";

const [stdout, stderr] = [1 as Fd, 2 as Fd];
const [sigint, sigpipe, sigterm] = [2, 13, 15];

/** Returns while the event loop turns. */
export function runMonitor(argv: readonly string[]): void {
  try {
    const line = parseMonitorLine(argv);
    if (line.help) print(monitorHelp());
    else if (line.version) print(`kata-monitor\n  Version:  ${productVersion}\n  Revision: ${productCommit}\n`);
    else serve(line);
  } catch (error) {
    writeAll(stderr, encodeUtf8(`kata-monitor: ${chainMessage(error)}\n`));
    exit(1);
  }
}

function print(text: string): never {
  writeAll(stdout, encodeUtf8(text));
  return exit(0);
}

function serve({ listenAddress, logLevel, roots }: MonitorLine): void {
  const logger = standardErrorLog(logLevel);
  const loop = new EventLoop((error) => {
    logger.error(describeUncaught(error));
    exit(1);
  });
  const runtimes = new Map<string, Runtime>();
  const runtimeOf = (root: string): Runtime => {
    const runtime = runtimes.get(root) ?? composeRuntime({ root, systemdCgroup: false, configuration: undefined }, loop, logger);
    runtimes.set(root, runtime);
    return runtime;
  };
  const address = parseListenAddress(listenAddress);
  setName("kata-monitor");
  chdir("/");
  raiseOpenFileLimit(); // each sandbox that is asked takes one
  watchSignals(loop, [sigint, sigpipe, sigterm], (signal) => {
    if (signal !== sigpipe) exit(0); // a client that went away is told by its stream
  });
  const port = serveMonitor({ loop, logger, address, scraper: new Scraper({ timers: loop, logger, roots, runtimeOf }) });
  logger.info("listening", { address: listenAddress, port });
}

const levels: readonly Level[] = ["debug", "info", "warning", "error"];

function standardErrorLog(least: Level): Logger {
  const outlet = standardErrorOutlet();
  return createLogger(
    (level, message, fields) => {
      if (levels.indexOf(level) >= levels.indexOf(least)) outlet(recordLine("text", { level, message, timeMs: Date.now(), fields }));
    },
    { name: "kata-monitor" },
  );
}
