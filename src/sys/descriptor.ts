/** Descriptors, whatever they are open on: copies, flags, pipes, and reads and writes that never wait. */
import { listDirectory } from "./directory.ts";
import { O, writeAll } from "./file.ts";
import { raw } from "./native.ts";
import { check, type Fd, restart } from "./syscall.ts";

/** Another descriptor of what `fd` is open on, close-on-exec, `least` at the lowest. */
export function duplicate(fd: Fd, least = 3): Fd {
  return check(raw("fcntl", fd, 1030, least), "dup", `fd ${fd}`) as Fd; // F_DUPFD_CLOEXEC
}

/** Makes `target` the same as `fd`, kept across exec; what `target` was is closed. */
export function duplicateTo(fd: Fd, target: number): void {
  if (fd === target) setCloseOnExec(fd, false);
  else check(raw("dup3", fd, target, 0), "dup", `fd ${fd}`);
}

/** Closes every descriptor of this process that is not in `keep`. */
export function closeAllExcept(keep: readonly number[]): void {
  let from = 0;
  for (const fd of [...keep].sort((a, b) => a - b)) {
    if (fd > from) check(raw("close_range", from, fd - 1, 0), "close_range");
    from = fd + 1;
  }
  check(raw("close_range", from, 0xffffffff, 0), "close_range");
}

/** [read end, write end], close-on-exec. */
export function pipe(flags = 0): [Fd, Fd] {
  const pair = new Int32Array(2);
  check(raw("pipe2", new Uint8Array(pair.buffer), flags | O.CLOEXEC), "pipe");
  return [pair[0] as Fd, pair[1] as Fd];
}

/** An anonymous file of `bytes`, at offset 0, close-on-exec. */
export function memoryFile(name: string, bytes: Uint8Array): Fd {
  const fd = check(raw("memfd_create", name, 1), "memfd_create", name) as Fd;
  writeAll(fd, bytes, name);
  check(raw("lseek", fd, 0, 0), "lseek", name);
  return fd;
}

/** An anonymous file without content, close-on-exec. */
export function emptyMemoryFile(name: string): Fd {
  return check(raw("memfd_create", name, 1), "memfd_create", name) as Fd;
}

/** Is the descriptor open? */
export function isOpen(fd: number): boolean {
  return raw("fcntl", fd, 1, 0) >= 0;
}

/** Is it one that the caller handed down? Those of this process itself are closed on exec. */
export function isInherited(fd: number): boolean {
  return raw("fcntl", fd, 1, 0) === 0;
}

/** O.RDONLY, O.WRONLY or O.RDWR. */
export function accessMode(fd: Fd): number {
  return check(raw("fcntl", fd, 3, 0), "fcntl", `fd ${fd}`) & 3;
}

export function isNonBlocking(fd: Fd): boolean {
  return (check(raw("fcntl", fd, 3, 0), "fcntl", `fd ${fd}`) & O.NONBLOCK) !== 0;
}

/** Was it opened with O_PATH, to name a file and not to use it? */
export function isPathOnly(fd: Fd): boolean {
  return (check(raw("fcntl", fd, 3, 0), "fcntl", `fd ${fd}`) & O.PATH) !== 0;
}

/** Descriptors of this process that are open now. */
export function openDescriptors(): Fd[] {
  // The one of the listing itself is closed by then.
  return listDirectory("/proc/self/fd").map(Number).filter(isOpen) as Fd[];
}

/** Makes the next exec keep (or close) the descriptor. */
export function setCloseOnExec(fd: Fd, on: boolean): void {
  check(raw("fcntl", fd, 2, on ? 1 : 0), "fcntl", `fd ${fd}`);
}

export function setNonBlocking(fd: Fd): void {
  const flags = check(raw("fcntl", fd, 3, 0), "fcntl", `fd ${fd}`);
  check(raw("fcntl", fd, 4, flags | O.NONBLOCK), "fcntl", `fd ${fd}`);
}

/** The same for a pipe or terminal that was just opened, which has no other flags. */
export function makeNonBlocking(fd: Fd): void {
  check(raw("fcntl", fd, 4, O.NONBLOCK), "fcntl", `fd ${fd}`);
}

/** Bytes read from a non-blocking descriptor, 0 at the end (a terminal's master too, once nobody has the other end); undefined when none wait. */
export function readAvailable(fd: Fd, buffer: Uint8Array): number | undefined {
  const n = restart("read", fd, buffer, buffer.length);
  if (n === -11) return undefined;
  if (n === -5 || n === -104) return 0; // EIO; ECONNRESET, a socket whose peer went away without having read everything
  return check(n, "read", `fd ${fd}`);
}

/** Bytes written to a non-blocking descriptor; 0 when it takes none now. */
export function writeAvailable(fd: Fd, bytes: Uint8Array): number {
  const n = restart("write", fd, bytes, bytes.length);
  return n === -11 ? 0 : check(n, "write", `fd ${fd}`);
}

/** Bytes read at offset 0, wherever the descriptor stands: a kernel file that is looked at again and again. */
export function readFromStart(fd: Fd, buffer: Uint8Array): number {
  return check(restart("pread64", fd, buffer, buffer.length, 0), "read", `fd ${fd}`);
}

/** Copies from the one's offset to its end to the other, inside the kernel. */
export function copyBytes(from: Fd, to: Fd): void {
  while (check(restart("sendfile", to, from, null, 1 << 30), "copy", `fd ${from}`) > 0);
}
