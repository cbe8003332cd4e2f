/** Lists of CPUs and memory nodes as the kernel writes them (cpuset(7), "List format"): `0-3,7`. */

const most = 8192; // CONFIG_NR_CPUS of the largest kernels

/** The numbers in it; undefined when it is no such list, or names one beyond what any kernel has. */
export function parseBitList(text: string): number[] | undefined {
  const numbers = new Set<number>();
  for (const range of text.trim().split(",")) {
    const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range.trim()) ?? [];
    if (first === undefined || Number(last) < Number(first) || Number(last) >= most) return undefined;
    for (let n = Number(first); n <= Number(last); n++) numbers.add(n);
  }
  return [...numbers];
}

/** As the bits of a mask that system calls take, in whole 64-bit words. */
export function bitMask(numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array((Math.floor(Math.max(0, ...numbers) / 64) + 1) * 8);
  for (const n of numbers) bytes[n >> 3] = (bytes[n >> 3] ?? 0) | (1 << (n & 7));
  return bytes;
}
