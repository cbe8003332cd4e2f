/** A writer of cpio archives of the "newc" kind, which the kernel unpacks as the first root file system. */

/** One entry: a directory, a file, a symbolic link, or a character device. Paths are relative to the root. */
export type CpioEntry =
  | { readonly kind: "directory"; readonly path: string; readonly mode: number }
  | { readonly kind: "file"; readonly path: string; readonly mode: number; readonly data: Uint8Array }
  | { readonly kind: "link"; readonly path: string; readonly target: string }
  | { readonly kind: "device"; readonly path: string; readonly mode: number; readonly major: number; readonly minor: number };

const TYPE_BITS = { directory: 0o040000, file: 0o100000, link: 0o120000, device: 0o020000 } as const;
const ALIGNMENT = 4;

/**
 * The archive of these entries, in their order (a directory before what is in it). All belong to root and have time 0,
 * so that equal input gives equal bytes. Format: Documentation/driver-api/early-userspace/buffer-format.rst of the kernel.
 */
export function writeCpio(entries: readonly CpioEntry[]): Buffer {
  const parts: Buffer[] = [];
  entries.forEach((entry, index) => {
    const data = entry.kind === "file" ? entry.data : entry.kind === "link" ? Buffer.from(entry.target) : new Uint8Array();
    const [major, minor] = entry.kind === "device" ? [entry.major, entry.minor] : [0, 0];
    const mode = TYPE_BITS[entry.kind] | (entry.kind === "link" ? 0o777 : entry.mode);
    parts.push(header(entry.path, { inode: index + 1, mode, links: entry.kind === "directory" ? 2 : 1, major, minor, size: data.length }));
    parts.push(padded(Buffer.from(data.buffer, data.byteOffset, data.byteLength)));
  });
  parts.push(header("TRAILER!!!", { inode: 0, mode: 0, links: 1, major: 0, minor: 0, size: 0 }));
  return Buffer.concat(parts);
}

interface HeaderFields {
  readonly inode: number;
  readonly mode: number;
  readonly links: number;
  readonly major: number;
  readonly minor: number;
  readonly size: number;
}

/** Magic, thirteen numbers of eight hex digits, the name with its NUL; padded as a whole. */
function header(name: string, fields: HeaderFields): Buffer {
  const { inode, mode, links, major, minor, size } = fields;
  const nameSize = Buffer.byteLength(name) + 1;
  const numbers = [inode, mode, 0, 0, links, 0, size, 0, 0, major, minor, nameSize, 0];
  const digits = numbers.map((number) => number.toString(16).padStart(8, "0")).join("");
  return padded(Buffer.from(`070701${digits}${name}\0`));
}

function padded(data: Buffer): Buffer {
  const missing = (ALIGNMENT - (data.length % ALIGNMENT)) % ALIGNMENT;
  return missing === 0 ? data : Buffer.concat([data, Buffer.alloc(missing)]);
}
