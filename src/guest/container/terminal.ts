/** The terminal of a process, from the container's own devpts, so that its name means something inside. */
import { Fault } from "../../base/fault.ts";
import type { Process } from "../../oci/spec.ts";
import { duplicateTo } from "../../sys/descriptor.ts";
import { chownFd, close, O, open, statIfPresent, unlinkIfPresent, withFd } from "../../sys/file.ts";
import { type Call, performCalls } from "../../sys/launch.ts";
import { attachMount, cloneMount, openIn, RESOLVE } from "../../sys/mount.ts";
import { controllingTerminalCall } from "../../sys/process-calls.ts";
import type { Fd } from "../../sys/syscall.ts";
import { openPty, type Pty, ptyOf, setWindowSize } from "../../sys/tty.ts";
import { firstPassed } from "./bare-process.ts";
import type { Reporter } from "./report.ts";

/** The agent keeps the master; the process gets the slave. */
export type Terminal = Pick<Pty, "master" | "slave">;

/** Of the container's first process, from inside the container, where it is /dev/console too. */
export function openConsole(process: Process): Terminal {
  const pty = prepared(() => openPty("/dev/ptmx"), process, process.user.uid);
  try {
    bindConsole(pty.name);
    return pty;
  } catch (error) {
    closeTerminal(pty);
    throw error;
  }
}

/** Of an additional process, from outside, where its user is `owner`. */
export function openTerminalIn(root: Fd, process: Process, owner: number): Terminal {
  const how = { flags: O.RDWR | O.NOCTTY, resolve: RESOLVE.inRoot | RESOLVE.noMagicLinks };
  return prepared(() => ptyOf(openIn(root, "dev/ptmx", how)), process, owner);
}

export function closeTerminal({ master, slave }: Terminal): void {
  close(master);
  close(slave);
}

function prepared(make: () => Pty, process: Process, owner: number): Pty {
  const pty = openTerminal(make);
  const { height, width } = process.consoleSize ?? { height: 0, width: 0 };
  // Before the first output: a program asks for it when it starts.
  if (height > 0 || width > 0) setWindowSize(pty.master, { rows: height & 0xffff, columns: width & 0xffff });
  chownFd(pty.slave, owner, -1);
  return pty;
}

function openTerminal(make: () => Pty): Pty {
  try {
    return make();
  } catch (error) {
    throw new Fault("open terminal, which needs a devpts mounted on /dev/pts", { component: "agent", cause: error });
  }
}

/** In the process itself: its streams, the controlling terminal and, where asked for, the console; the master goes to the agent. */
export function takeTerminal(process: Process, line: Reporter): void {
  const { master, slave } = openConsole(process);
  line.console(master);
  close(master);
  performCalls(takeTerminalCalls(slave));
  close(slave);
}

/** Makes the terminal at `fd` the controlling one and the standard streams. */
export function takeTerminalCalls(fd: number): Call[] {
  return [controllingTerminalCall(fd), ...[0, 1, 2].map((target): Call => ({ name: "dup3", args: [fd, target, 0], operation: "dup" }))];
}

/** /dev/console is the terminal's other name in the container whose first process has it. */
function bindConsole(name: string): void {
  const console = "/dev/console";
  if (statIfPresent(console) === undefined) {
    unlinkIfPresent(console);
    close(open(console, O.WRONLY | O.CREAT | O.EXCL, { mode: 0o600 }));
  }
  const tree = cloneMount(name, { recursive: false });
  withFd(tree, () => {
    const target = open(console, O.PATH);
    withFd(target, () => attachMount(tree, "", target));
  });
}

/** Puts pipes on 0 to 2. */
export function takeStreams(streams: readonly Fd[]): void {
  moveTo(0, streams);
}

/** Puts what is relayed on the numbers after those; none of `fds` is one of these numbers. */
export function takePassed(fds: readonly Fd[]): void {
  moveTo(firstPassed, fds);
}

function moveTo(first: number, fds: readonly Fd[]): void {
  fds.forEach((fd, i) => {
    duplicateTo(fd, first + i);
    close(fd);
  });
}
