/** Copying a file with holes: only what is there is copied. */
import { raw } from "./native.ts";
import { check, type Fd, restart } from "./syscall.ts";

const seekSet = 0;
const seekData = 3;
const seekHole = 4;
const enxio = 6;

/** Copies the first `size` bytes of `from` into `to`, which is empty; holes stay holes. The offset of `from` is changed. */
export function copySparse(from: Fd, to: Fd, size: number): void {
  check(raw("ftruncate", to, size), "ftruncate", `fd ${to}`);
  for (let at = 0; at < size; ) {
    const start = raw("lseek", from, at, seekData);
    if (start === -enxio) return; // a hole up to the end
    const end = Math.min(size, check(raw("lseek", from, check(start, "seek data", `fd ${from}`), seekHole), "seek hole", `fd ${from}`));
    check(raw("lseek", from, start, seekSet), "seek", `fd ${from}`);
    check(raw("lseek", to, start, seekSet), "seek", `fd ${to}`);
    for (let left = end - start; left > 0; ) {
      const n = check(restart("sendfile", to, from, null, left), "copy", `fd ${from}`);
      if (n === 0) return; // it was truncated meanwhile
      left -= n;
    }
    at = end;
  }
}
