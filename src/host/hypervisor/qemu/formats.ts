/** What the first bytes of files say. Pure. */

export type KernelFormat = "elf" | "bzimage" | "arm64-image";

/** From the first KiB of a kernel: ELF; Documentation/x86/boot.rst ("HdrS" at 0x202); arm64/booting.rst ("ARM\x64" at 56). */
export function kernelFormat(head: Uint8Array): KernelFormat | undefined {
  if (has(head, 0, [0x7f, 0x45, 0x4c, 0x46])) return "elf";
  if (has(head, 0x202, [0x48, 0x64, 0x72, 0x53])) return "bzimage";
  return has(head, 56, [0x41, 0x52, 0x4d, 0x64]) ? "arm64-image" : undefined;
}

function has(bytes: Uint8Array, offset: number, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[offset + i] === byte);
}

/** MemTotal of /proc/meminfo in MiB. */
export function memoryTotalMib(meminfo: string): number | undefined {
  const kib = /^MemTotal:\s*(\d+) kB$/m.exec(meminfo)?.[1];
  return kib === undefined ? undefined : Math.floor(Number(kib) / 1024);
}
