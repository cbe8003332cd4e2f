/** One command, composed: from argv to the exit code. */
import { firstComponent } from "../../base/fault.ts";
import { encodeUtf8 } from "../../base/text.ts";
import { currentDirectory, writeAll } from "../../sys/file.ts";
import { describeUncaught, EventLoop } from "../../sys/loop.ts";
import { effectiveUid, environment, exit } from "../../sys/process.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import type { CommandInvocation, CommandLine, Globals, Invocation } from "../cli/invocation.ts";
import { parseCommandLine } from "../cli/parse.ts";
import type { CommandLog } from "../log/command-log.ts";
import { composeRuntime } from "./runtime.ts";

const [stdout, stderr] = [1 as Fd, 2 as Fd];

/** Under this name containerd starts a shim, which must not be mistaken for a command line. */
const shimName = "containerd-shim-kata-v2";
const monitorName = "kata-monitor";

export async function runCommandLine(argv: readonly string[]): Promise<void> {
  if (argv[0]?.endsWith(shimName)) {
    const { runShimCommand } = await import("./shim-command.ts");
    return runShimCommand(argv.slice(1));
  }
  if (argv[0]?.endsWith(monitorName)) {
    const { runMonitor } = await import("./monitor-command.ts");
    return runMonitor(argv.slice(1));
  }
  const line = parseCommandLine(argv, { environment: (name) => environment().get(name), effectiveUid, currentDirectory });
  const { invocation } = line;
  switch (invocation.command) {
    case "--version":
      print((await import("../cli/output.ts")).versionText());
      return exit(0);
    case "--show-default-config-paths":
      print(await configurationPaths());
      return exit(0);
    case "help":
      print((await import("../cli/help.ts")).helpText(invocation.topic));
      return exit(0);
    default:
      return exit(await runLogged(line, invocation));
  }
}

async function runLogged(
  { globals }: CommandLine,
  invocation: Exclude<Invocation, { command: "help" | "--version" | "--show-default-config-paths" }>,
): Promise<number> {
  const log = await openLog(globals, invocation);
  if (!log) return 1;
  if (invocation.command === "misuse") {
    if (invocation.banner !== undefined) print(`${invocation.banner}\n\n${(await import("../cli/help.ts")).helpText(invocation.topic)}`);
    log.fail(invocation.message);
    return invocation.exitCode;
  }
  try {
    const { perform } = await import("../cli/actions/perform.ts");
    const onUncaught = (error: unknown): void => {
      log.logger.error(describeUncaught(error));
      exit(1);
    };
    const loop = new EventLoop(onUncaught, {
      onDry: () => {
        log.fail("the command waits for something that nothing can bring any more", { source: "cli" });
        exit(1);
      },
    });
    const { root, systemdCgroup, config } = globals;
    const runtime = composeRuntime({ root, systemdCgroup, configuration: config }, loop, log.logger);
    const code = await perform(invocation, runtime, { print, warn: (text) => void write(stderr, `${text}\n`) });
    log.succeed();
    return code;
  } catch (error) {
    const { commandFailure } = await import("../cli/failure.ts");
    const { message, exitCode } = commandFailure(invocation.command, error);
    const component = firstComponent(error);
    log.fail(message, component === undefined ? {} : { source: component });
    return exitCode;
  }
}

async function openLog(globals: Globals, invocation: Invocation): Promise<CommandLog | undefined> {
  const { openCommandLog } = await import("../log/open.ts");
  try {
    return openCommandLog({ file: globals.log, format: globals.logFormat, debug: globals.debug, fields: fieldsOf(invocation) });
  } catch (error) {
    write(stderr, `open log file: ${describe(error)}\n`);
    return undefined;
  }
}

function fieldsOf(invocation: Invocation): Record<string, string> {
  if (invocation.command === "misuse") return invocation.topic === undefined ? {} : { command: invocation.topic };
  if (!("operands" in invocation)) return { command: invocation.command };
  const { command, operands } = invocation as CommandInvocation;
  const [container] = command === "factory" ? [] : (operands as readonly string[]);
  return { command, ...(container !== undefined && { container }) };
}

async function configurationPaths(): Promise<string> {
  const [{ defaultConfigurationPaths }, { programDirectory }] = await Promise.all([
    import("../config/search.ts"),
    import("../config/system.ts"),
  ]);
  return defaultConfigurationPaths(programDirectory())
    .map((path) => `${path}\n`)
    .join("");
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const print = (text: string): boolean => write(stdout, text);

/** False when nobody reads, which is no error of the command. */
function write(fd: Fd, text: string): boolean {
  try {
    writeAll(fd, encodeUtf8(text));
    return true;
  } catch (error) {
    if (isErrno(error, "EPIPE", "EBADF")) return false;
    throw error;
  }
}
