/** Terminals: pseudo-terminal pairs, raw mode, window size. */
import { decodeUtf8 } from "../base/text.ts";
import { O, open } from "./file.ts";
import { raw } from "./native.ts";
import { check, type Fd } from "./syscall.ts";

const TCGETS = 0x5401;
const TCSETS = 0x5402;
const TIOCSCTTY = 0x540e;
const TIOCGWINSZ = 0x5413;
const TIOCSWINSZ = 0x5414;
const TIOCGPTN = 0x80045430;
const TIOCSPTLCK = 0x40045431;
const TIOCGPTPEER = 0x5441;

export interface WindowSize {
  readonly rows: number;
  readonly columns: number;
}

export const isTerminal = (fd: Fd): boolean => raw("ioctl", fd, TCGETS, new Uint8Array(64)) === 0;

/** undefined when the descriptor is no terminal. */
export function windowSize(fd: Fd): WindowSize | undefined {
  const size = new Uint16Array(4);
  if (raw("ioctl", fd, TIOCGWINSZ, new Uint8Array(size.buffer)) !== 0) return undefined;
  return { rows: size[0] as number, columns: size[1] as number };
}

export function setWindowSize(fd: Fd, size: WindowSize): void {
  const words = new Uint16Array([size.rows, size.columns, 0, 0]);
  check(raw("ioctl", fd, TIOCSWINSZ, new Uint8Array(words.buffer)), "set window size");
}

export interface Pty {
  readonly master: Fd;
  readonly slave: Fd;
  /** Path of the slave where the devpts that the master came from is mounted on /dev/pts. */
  readonly name: string;
}

/** A new pseudo-terminal from `ptmx`; neither end is anybody's controlling terminal yet. */
export function openPty(ptmx = "/dev/ptmx"): Pty {
  return ptyOf(open(ptmx, O.RDWR | O.NOCTTY));
}

/** The pseudo-terminal whose master was just opened. */
export function ptyOf(master: Fd): Pty {
  check(raw("ioctl", master, TIOCSPTLCK, new Uint8Array(4)), "unlock pty");
  const slave = check(raw("ioctl", master, TIOCGPTPEER, O.RDWR | O.NOCTTY | O.CLOEXEC), "open pty slave") as Fd;
  const number = new Uint32Array(1);
  check(raw("ioctl", master, TIOCGPTN, new Uint8Array(number.buffer)), "read pty number");
  return { master, slave, name: `/dev/pts/${number[0]}` };
}

/** Makes the terminal this session's own; the caller leads a session without one. */
export function setControllingTerminal(fd: Fd): void {
  check(raw("ioctl", fd, TIOCSCTTY, 0), "set controlling terminal");
}

/** Bytes pass as they are (cfmakeraw(3)). Returns what restores the former state. */
export function makeRaw(fd: Fd): () => void {
  const before = new Uint8Array(64);
  check(raw("ioctl", fd, TCGETS, before), "read terminal state");
  const now = before.slice();
  const flags = new Uint32Array(now.buffer, 0, 4); // iflag oflag cflag lflag
  flags[0] = (flags[0] as number) & ~0o2753;
  flags[1] = (flags[1] as number) & ~1;
  flags[2] = ((flags[2] as number) & ~0o460) | 0o60;
  flags[3] = (flags[3] as number) & ~0o100113;
  now[17 + 6] = 1; // VMIN
  now[17 + 5] = 0; // VTIME
  check(raw("ioctl", fd, TCSETS, now), "set terminal raw");
  return () => raw("ioctl", fd, TCSETS, before);
}

/** A terminal's state as bytes, for tests and logs. */
export const terminalName = (fd: Fd): string => {
  const buffer = new Uint8Array(4096);
  const n = raw("readlinkat", -100, `/proc/self/fd/${fd}`, buffer, buffer.length);
  return n > 0 ? decodeUtf8(buffer.subarray(0, n)) : "";
};
