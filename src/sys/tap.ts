/** Taps: Ethernet links whose other end is a descriptor (tun_tap in the kernel's documentation). */
import { encodeUtf8 } from "../base/text.ts";
import { close, O, open } from "./file.ts";
import { raw } from "./native.ts";
import { check, type Fd } from "./syscall.ts";

const tunSetInterface = 0x400454ca; // TUNSETIFF
const IFF_TAP = 2;
const IFF_MULTI_QUEUE = 0x100;
const IFF_NO_PI = 0x1000;
const IFF_VNET_HDR = 0x4000;

const ioctlInterface = (name: string, flags: number): Uint8Array => {
  const request = new Uint8Array(40); // struct ifreq
  request.set(encodeUtf8(name).subarray(0, 15));
  new DataView(request.buffer).setUint16(16, flags, true);
  return request;
};

/**
 * A tap in the network namespace of the moment, made unless there is a persistent one of that name: one descriptor a
 * queue. It is gone when the last descriptor is closed. Packets come with offload headers (virtio_net_hdr).
 */
export function openTap(name: string, queues: number): Fd[] {
  const flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | (queues > 1 ? IFF_MULTI_QUEUE : 0);
  const taps: Fd[] = [];
  try {
    for (let i = 0; i < queues; i++) {
      const fd = open("/dev/net/tun", O.RDWR | O.NONBLOCK);
      taps.push(fd);
      check(raw("ioctl", fd, tunSetInterface, ioctlInterface(name, flags)), "open tap", name);
    }
    return taps;
  } catch (error) {
    for (const fd of taps) close(fd);
    throw error;
  }
}
