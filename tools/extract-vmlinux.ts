/**
 * extract-vmlinux.ts BZIMAGE VMLINUX: takes the uncompressed ELF kernel out of a bzImage.
 *
 * A VM starts it by PVH without the decompression that the bzImage's own stub would do inside the guest (0.2 s under
 * TCG). The payload's place is in the boot protocol's header (Documentation/arch/x86/boot.rst of the kernel).
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";

const ELF_MAGIC = 0x464c457f;
const LZ4_LEGACY_MAGIC = 0x184c2102;
const LZ4_LEGACY_BLOCK = 8 << 20;
const MAX_KERNEL = 512 << 20;

/** The ELF kernel inside a bzImage; throws when the image is none or its compression is unknown. */
export function extractVmlinux(image: Buffer): Buffer {
  const payload = findPayload(image);
  const vmlinux = decompress(payload);
  if (vmlinux.length < 4 || vmlinux.readUInt32LE(0) !== ELF_MAGIC) {
    throw new Error("extract vmlinux: the payload of the bzImage is no ELF file");
  }
  return vmlinux;
}

/** The compressed kernel: setup_sects at 0x1f1, "HdrS" at 0x202, payload_offset and payload_length at 0x248. */
function findPayload(image: Buffer): Buffer {
  if (image.length < 0x250 || image.toString("latin1", 0x202, 0x206) !== "HdrS") {
    throw new Error("extract vmlinux: no bzImage: the header's magic is missing");
  }
  const setupSectors = image.readUInt8(0x1f1) || 4;
  const start = (setupSectors + 1) * 512 + image.readUInt32LE(0x248);
  const length = image.readUInt32LE(0x24c);
  if (length === 0 || start + length > image.length) {
    throw new Error(`extract vmlinux: payload at ${start}, ${length} bytes, lies outside of ${image.length} bytes`);
  }
  return image.subarray(start, start + length);
}

function decompress(payload: Buffer): Buffer {
  const magic = payload.readUInt32LE(0);
  if (magic === ELF_MAGIC) return payload;
  if (magic === LZ4_LEGACY_MAGIC) return decompressLz4Legacy(payload);
  if ((magic & 0xffff) === 0x8b1f) return gunzipSync(payload);
  // the kernel's build appends the uncompressed size, four bytes, to these
  const stream = payload.subarray(0, payload.length - 4);
  if (magic === 0xfd2fb528) return runFilter("zstd", stream);
  if (magic === 0x587a37fd) return runFilter("xz", stream);
  throw new Error(`extract vmlinux: unknown compression, magic 0x${magic.toString(16)}`);
}

function runFilter(program: string, input: Buffer): Buffer {
  return execFileSync(program, ["--decompress", "--stdout"], { input, maxBuffer: MAX_KERNEL });
}

/** lz4's legacy frame: blocks of a 32-bit size and data, each 8 MiB when uncompressed but the last. */
export function decompressLz4Legacy(frame: Buffer): Buffer {
  const blocks: Buffer[] = [];
  let at = 4;
  while (at + 4 <= frame.length) {
    const size = frame.readUInt32LE(at);
    at += 4;
    // what is left are the four bytes of the uncompressed size
    if (at + size > frame.length) break;
    blocks.push(decompressLz4Block(frame.subarray(at, at + size)));
    at += size;
  }
  return Buffer.concat(blocks);
}

/** One lz4 block: tokens of literals and matches (lz4_Block_format.md). */
function decompressLz4Block(input: Buffer): Buffer {
  const output = Buffer.allocUnsafe(LZ4_LEGACY_BLOCK);
  let from = 0;
  let to = 0;
  const readLength = (start: number): number => {
    let length = start;
    if (start !== 15) return length;
    for (;;) {
      const more = input.readUInt8(from++);
      length += more;
      if (more !== 255) return length;
    }
  };
  while (from < input.length) {
    const token = input.readUInt8(from++);
    const literals = readLength(token >> 4);
    if (from + literals > input.length || to + literals > output.length) throw new Error("lz4 block: literals too long");
    input.copy(output, to, from, from + literals);
    from += literals;
    to += literals;
    // the last token has literals only
    if (from >= input.length) break;
    const offset = input.readUInt16LE(from);
    from += 2;
    const match = readLength(token & 15) + 4;
    if (offset === 0 || offset > to || to + match > output.length) throw new Error(`lz4 block: bad match at ${from}`);
    copyMatch(output, to, offset, match);
    to += match;
  }
  return output.subarray(0, to);
}

/** Source and destination may overlap: then what was just written repeats. */
function copyMatch(output: Buffer, to: number, offset: number, length: number): void {
  if (offset >= length) output.copyWithin(to, to - offset, to - offset + length);
  else for (let i = 0; i < length; i++) output[to + i] = output[to + i - offset] ?? 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [, , bzImage, vmlinux] = process.argv;
  if (bzImage === undefined || vmlinux === undefined) throw new Error("usage: extract-vmlinux.ts BZIMAGE VMLINUX");
  writeFileSync(vmlinux, extractVmlinux(readFileSync(bzImage)));
}
