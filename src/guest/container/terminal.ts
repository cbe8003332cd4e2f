/** The terminal of a process, from the container's own devpts, so that its name means something inside. */
import { Fault } from "../../base/fault.ts";
import type { Process } from "../../oci/spec.ts";
import { duplicateTo } from "../../sys/descriptor.ts";
import { chownFd, close, fstat, O, open, statIfPresent, unlinkIfPresent } from "../../sys/file.ts";
import { attachMount, cloneMount } from "../../sys/mount.ts";
import type { Fd } from "../../sys/syscall.ts";
import { openPty, setControllingTerminal, setWindowSize } from "../../sys/tty.ts";
import { isNullDevice } from "./devices.ts";
import type { Reporter } from "./report.ts";

/** Opens it, gives the master to the agent and makes it the streams and the controlling terminal of this session's leader. */
export function takeTerminal(process: Process, line: Reporter, options: { console: boolean }): void {
  const pty = openTerminal();
  const { height, width } = process.consoleSize ?? { height: 0, width: 0 };
  // Before the first output: a program asks for it when it starts.
  if (height > 0 || width > 0) setWindowSize(pty.master, { rows: height & 0xffff, columns: width & 0xffff });
  chownFd(pty.slave, process.user.uid, fstat(pty.slave).gid);
  if (options.console) bindConsole(pty.name);
  line.console(pty.master);
  close(pty.master);
  setControllingTerminal(pty.slave);
  for (const target of [0, 1, 2]) duplicateTo(pty.slave, target);
  close(pty.slave);
}

function openTerminal(): ReturnType<typeof openPty> {
  try {
    return openPty("/dev/ptmx");
  } catch (error) {
    throw new Fault("open terminal, which needs a devpts mounted on /dev/pts", { component: "agent", cause: error });
  }
}

/** /dev/console is the terminal's other name in the container whose first process has it. */
function bindConsole(name: string): void {
  const console = "/dev/console";
  if (statIfPresent(console) === undefined) {
    unlinkIfPresent(console);
    close(open(console, O.WRONLY | O.CREAT | O.EXCL, { mode: 0o600 }));
  }
  const tree = cloneMount(name, { recursive: false });
  const target = open(console, O.PATH);
  attachMount(tree, "", target);
  close(target);
  close(tree);
}

/** Puts pipes on 0 to 2 and gives them to the user (undefined: they are the user's already), so that /dev/stdout and its like can be opened again. */
export function takeStreams(streams: readonly Fd[], uid: number | undefined): void {
  streams.forEach((fd, target) => {
    if (uid !== undefined && !isNullDevice(fd)) chownFd(fd, uid, fstat(fd).gid);
    duplicateTo(fd, target);
    close(fd);
  });
}
