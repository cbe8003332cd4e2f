/** The machine as a whole: names, modules, power, entropy. Only a guest's first process has business here. */
import { close, O, open } from "./file.ts";
import { raw } from "./native.ts";
import { check, type Fd } from "./syscall.ts";

export function setHostname(name: string): void {
  check(raw("sethostname", name, byteLength(name)), "sethostname", name);
}

export function setDomainname(name: string): void {
  check(raw("setdomainname", name, byteLength(name)), "setdomainname", name);
}

/** Names are ASCII; others are counted by the kernel in bytes, which is what this must be. */
function byteLength(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

/** Loads a kernel module; one that is loaded already is fine. */
export function loadModule(path: string, parameters = ""): void {
  const fd = open(path, O.RDONLY);
  try {
    const result = raw("finit_module", fd, parameters, 0);
    if (result !== -17) check(result, "load module", path);
  } finally {
    close(fd);
  }
}

export function syncDisks(): void {
  raw("sync");
}

const powerOffCommand = 0x4321fedc;

/** Ends the machine at once; disks are the caller's affair (`syncDisks`). */
export function powerOff(): void {
  check(raw("reboot", 0xfee1dead, 672274793, powerOffCommand, null), "power off");
}

/** Bytes of memory the kernel has to give (sysinfo(2)). */
export function totalMemory(): number {
  const information = new Uint8Array(128); // struct sysinfo
  check(raw("sysinfo", information), "sysinfo");
  const view = new DataView(information.buffer);
  return (view.getUint32(32, true) + view.getUint32(36, true) * 2 ** 32) * view.getUint32(104, true);
}

const addEntropy = 0x40085203; // RNDADDENTROPY
const reseed = 0x5207; // RNDRESEEDCRNG

/** Mixes `bytes` in as full entropy and makes the generator start anew from it. */
export function reseedRandom(bytes: Uint8Array): void {
  const fd = open("/dev/urandom", O.WRONLY);
  try {
    const information = new Uint8Array(8 + bytes.length); // struct rand_pool_info
    const view = new DataView(information.buffer);
    view.setInt32(0, bytes.length * 8, true);
    view.setInt32(4, bytes.length, true);
    information.set(bytes, 8);
    check(raw("ioctl", fd, addEntropy, information), "add entropy");
    check(raw("ioctl", fd, reseed), "reseed", "random generator");
  } finally {
    close(fd);
  }
}

/** Puts `bytes` at `offset` of an open file, all of them. */
export function writeAt(fd: Fd, bytes: Uint8Array, offset: number): void {
  let rest = bytes;
  let at = offset;
  while (rest.length > 0) {
    const n = check(raw("pwrite64", fd, rest, rest.length, at), "write", `fd ${fd}`);
    rest = rest.subarray(n);
    at += n;
  }
}
