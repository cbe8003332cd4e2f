/** Files with holes: what is there, copying only that, making holes. */
import { raw } from "./native.ts";
import { check, type Fd, restart } from "./syscall.ts";

const seekSet = 0;
const seekData = 3;
const seekHole = 4;
const enxio = 6;

/** Bytes from the first to before the second. */
export type Extent = readonly [start: number, end: number];

/** What of the first `size` bytes is no hole, in order. The descriptor's offset is changed. */
export function* extentsOf(fd: Fd, size: number): Generator<Extent> {
  for (let at = 0; at < size; ) {
    const start = raw("lseek", fd, at, seekData);
    if (start === -enxio) return; // a hole up to the end
    at = Math.min(size, check(raw("lseek", fd, check(start, "seek data", `fd ${fd}`), seekHole), "seek hole", `fd ${fd}`));
    yield [start, at];
  }
}

/** Copies the first `size` bytes of `from` into `to`, which is empty; holes stay holes. The offset of `from` is changed. */
export function copySparse(from: Fd, to: Fd, size: number): void {
  check(raw("ftruncate", to, size), "ftruncate", `fd ${to}`);
  for (const [start, end] of extentsOf(from, size)) {
    check(raw("lseek", from, start, seekSet), "seek", `fd ${from}`);
    check(raw("lseek", to, start, seekSet), "seek", `fd ${to}`);
    for (let left = end - start; left > 0; ) {
      const n = check(restart("sendfile", to, from, null, left), "copy", `fd ${from}`);
      if (n === 0) return; // it was truncated meanwhile
      left -= n;
    }
  }
}

const keepSize = 1;
const punch = 2;

/** Gives back what the file system has there; it reads as zeros from then on. */
export function makeHole(fd: Fd, [start, end]: Extent): void {
  check(restart("fallocate", fd, keepSize | punch, start, end - start), "fallocate", `fd ${fd}`);
}
