/** What a descriptor is open on, as far as its bytes can be relayed to a process of another kernel. */
import { accessMode, isPathOnly } from "../../sys/descriptor.ts";
import { fileType, fstat, O, type Stat } from "../../sys/file.ts";
import { isListening, SOCK, socketType } from "../../sys/socket.ts";
import type { Fd } from "../../sys/syscall.ts";
import { isTerminal } from "../../sys/tty.ts";

/** What there is to carry: bytes that the process reads, bytes that it writes. */
export interface Directions {
  readonly input: boolean;
  readonly output: boolean;
}

/** The directions, or in words what it is that has none. */
export function relayDirections(fd: Fd): Directions | string {
  if (isPathOnly(fd)) return "a place in a file system that was not opened";
  const facts = fstat(fd);
  switch (facts.mode & fileType.mask) {
    case fileType.fifo:
      return oneWay(fd, "a pipe");
    case fileType.regular: // its position moves by what is relayed, not by what the process asks for
      return oneWay(fd, "a file");
    case fileType.character:
      return isTerminal(fd) || isNull(facts) ? byAccess(fd) : "a device";
    case fileType.socket:
      return socketDirections(fd);
    case fileType.directory:
      return "a directory";
    case fileType.block:
      return "a device";
    default:
      return "an object of this kernel alone";
  }
}

function socketDirections(fd: Fd): Directions | string {
  if (isListening(fd)) return "a listening socket";
  return socketType(fd) === SOCK.stream ? { input: true, output: true } : "a socket that carries messages, not a stream";
}

function oneWay(fd: Fd, kind: string): Directions | string {
  const { input, output } = byAccess(fd);
  return input && output ? `${kind} that is open for reading and writing` : { input, output };
}

function byAccess(fd: Fd): Directions {
  const mode = accessMode(fd);
  return { input: mode !== O.WRONLY, output: mode !== O.RDONLY };
}

const isNull = ({ major, minor }: Stat): boolean => major === 1 && minor === 3;
