/** Network interfaces by the classic ioctls of netdevice(7): enough for a loopback that only has to be up. */
import { encodeUtf8 } from "../base/text.ts";
import { close } from "./file.ts";
import { raw } from "./native.ts";
import { SOCK, socket } from "./socket.ts";
import { check } from "./syscall.ts";

const inet = 2;
const getFlags = 0x8913; // SIOCGIFFLAGS
const setFlags = 0x8914; // SIOCSIFFLAGS
const up = 1; // IFF_UP

/** Sets IFF_UP; addresses of a loopback come with it. */
export function setInterfaceUp(name: string): void {
  const request = new Uint8Array(40); // struct ifreq
  request.set(encodeUtf8(name).subarray(0, 15));
  const flags = new DataView(request.buffer, 16);
  const fd = socket(inet, SOCK.datagram);
  try {
    check(raw("ioctl", fd, getFlags, request), "read flags of", name);
    flags.setUint16(0, flags.getUint16(0, true) | up, true);
    check(raw("ioctl", fd, setFlags, request), "set up", name);
  } finally {
    close(fd);
  }
}
