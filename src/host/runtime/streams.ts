/** Which of the caller's descriptors become a process's standard streams, and its terminal. */
import type { Cleanup } from "../../base/cleanup.ts";
import { Fault } from "../../base/fault.ts";
import { accessMode, isOpen, pipe } from "../../sys/descriptor.ts";
import { close, fstat, isCharacterDevice, O, open, type Stat } from "../../sys/file.ts";
import type { Fd } from "../../sys/syscall.ts";
import { isTerminal, type WindowSize, windowSize } from "../../sys/tty.ts";
import { descriptorName } from "../sandbox/descriptors.ts";
import { openConsole } from "./console.ts";
import type { NamedDescriptor } from "./mount-trees.ts";
import type { StandInOptions } from "./stand-in.ts";

/** Streams that are not the command's own; one that is absent is /dev/null. A terminal is the guest's alone then. */
export interface GivenStreams {
  readonly stdin?: Fd;
  readonly stdout?: Fd;
  readonly stderr?: Fd;
}

export interface StreamWishes {
  readonly given?: GivenStreams | undefined;
  readonly terminal: boolean;
  readonly detached: boolean;
  readonly consoleSocket: string | undefined;
  readonly consoleSize: { readonly height: number; readonly width: number } | undefined;
}

export interface Streams {
  readonly descriptors: readonly NamedDescriptor[];
  /** In the foreground: reaches its end when nobody in the guest can write to the output streams any more. The caller's. */
  readonly streamsEnd?: Fd;
  /** The size that the guest's terminal is to have. */
  readonly size?: WindowSize;
  readonly terminal?: NonNullable<StandInOptions["terminal"]>;
}

const [stdin, stdout, stderr] = [0 as Fd, 1 as Fd, 2 as Fd];

/** Throws in runc's words when terminal, detachment and console socket do not fit together. */
export function openStreams(wishes: StreamWishes, cleanup: Cleanup): Streams {
  const { terminal, detached, consoleSocket, consoleSize } = wishes;
  const inherited = (fds: readonly Fd[]): NamedDescriptor[] => namedStreams(fds.map((fd) => forOthers(fd, cleanup)));
  if (consoleSocket !== undefined && !(detached && terminal)) {
    throw new Fault("cannot use console socket if kata-runtime will not detach or allocate tty", {
      component: "cli",
      code: "invalid-option",
    });
  }
  const wanted = consoleSize && { rows: consoleSize.height, columns: consoleSize.width };
  if (wishes.given) return { descriptors: named(wishes.given), ...(wanted && { size: wanted }) };
  if (!detached) {
    const fd = terminal ? foregroundTerminal() : undefined;
    const size = fd === undefined ? undefined : (windowSize(fd) ?? wanted);
    return {
      ...withStreamsEnd(inherited(terminal ? [stdin, stdout] : [stdin, stdout, stderr]), cleanup),
      ...(fd !== undefined && { terminal: { fd, controlling: false } }),
      ...(size && { size }),
    };
  }
  if (!terminal) return { descriptors: inherited([stdin, stdout, stderr]) };
  if (consoleSocket === undefined) {
    throw new Fault("cannot allocate tty if kata-runtime will detach without setting console socket", {
      component: "cli",
      code: "invalid-option",
    });
  }
  const slave = openConsole(consoleSocket, wanted, cleanup);
  const descriptors = [
    { name: descriptorName.stdin, fd: slave },
    { name: descriptorName.stdout, fd: slave },
  ];
  return { descriptors, terminal: { fd: slave, controlling: true }, ...(wanted && { size: wanted }) };
}

/** The pipe's writing end goes to the sandbox process, which closes it. */
function withStreamsEnd(descriptors: readonly NamedDescriptor[], cleanup: Cleanup): Pick<Streams, "descriptors" | "streamsEnd"> {
  const [read, write] = pipe(O.NONBLOCK);
  cleanup.add("pipe of the streams' end", () => close(write));
  return { descriptors: [...descriptors, { name: descriptorName.streamsEnd, fd: write }], streamsEnd: read };
}

/** The one of the caller's streams that is a terminal, else its controlling terminal, which stays open. */
export function foregroundTerminal(): Fd {
  const found = [stdin, stdout, stderr].find((fd) => isTerminal(fd));
  if (found !== undefined) return found;
  try {
    return open("/dev/tty", O.RDWR | O.NOCTTY);
  } catch (cause) {
    throw new Fault("provided file is not a console: a terminal is asked for, and none of stdin, stdout and stderr is one", {
      component: "cli",
      cause,
    });
  }
}

function named(given: GivenStreams): NamedDescriptor[] {
  return (["stdin", "stdout", "stderr"] as const).flatMap((name) => {
    const fd = given[name];
    return fd === undefined ? [] : [{ name: descriptorName[name], fd }];
  });
}

/** What a process gets beyond its standard streams. */
export function passedDescriptors(fds: readonly Fd[], cleanup: Cleanup): NamedDescriptor[] {
  return fds.map((fd, i) => ({ name: descriptorName.passed(i), fd: forOthers(fd, cleanup) }));
}

/** /dev/tty, which is another terminal or none to who opens it again, is opened for who gets it: so that reading does not wait. */
function forOthers(fd: Fd, cleanup: Cleanup): Fd {
  if (!isOpen(fd) || !isControllingTerminal(fstat(fd))) return fd;
  const own = open("/dev/tty", accessMode(fd) | O.NONBLOCK | O.NOCTTY);
  cleanup.add("terminal", () => close(own));
  return own;
}

const isControllingTerminal = (facts: Stat): boolean => isCharacterDevice(facts) && facts.major === 5 && facts.minor === 0;

function namedStreams(fds: readonly Fd[]): NamedDescriptor[] {
  const names = [descriptorName.stdin, descriptorName.stdout, descriptorName.stderr];
  return fds.map((fd, i) => ({ name: names[i] as string, fd }));
}
