declare const floor: { syscall(n: number, ...a: unknown[]): number; utf8Encode(s: string): Uint8Array; argv: string[] };
const line = floor.utf8Encode(`hello ${floor.argv.join(" ")}\n`);
floor.syscall(1, 1, line, line.length);
