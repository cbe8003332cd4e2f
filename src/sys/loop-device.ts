/** Loop devices: block devices whose blocks are in a file. */
import { close, O, open } from "./file.ts";
import { raw } from "./native.ts";
import { check, type Fd } from "./syscall.ts";

/** linux/loop.h: LOOP_CTL_GET_FREE of /dev/loop-control, LOOP_CONFIGURE (Linux 5.8) of a device. */
const [getFree, configure] = [0x4c82, 0x4c0a];
/** struct loop_config: the file's descriptor, then from byte 8 on struct loop_info64, which has its flags at byte 52. */
const [configBytes, flagsAt] = [304, 8 + 52];
const [readOnlyFlag, autoClear] = [1, 4];

export interface LoopDevice {
  readonly path: string;
  /** The device is the file's until this is closed and it is mounted nowhere. */
  readonly fd: Fd;
}

/** How often somebody else may take the device that was free. */
const mostTries = 64;
const ebusy = -16;

export function attachLoop(file: string, readOnly: boolean): LoopDevice {
  const access = readOnly ? O.RDONLY : O.RDWR;
  const backing = open(file, access);
  try {
    for (let tries = 1; ; tries++) {
      const path = `/dev/loop${freeNumber()}`;
      const fd = open(path, access);
      const config = new DataView(new ArrayBuffer(configBytes));
      config.setUint32(0, backing, true);
      config.setUint32(flagsAt, autoClear | (readOnly ? readOnlyFlag : 0), true);
      const result = raw("ioctl", fd, configure, new Uint8Array(config.buffer));
      if (result >= 0) return { path, fd };
      close(fd);
      if (result !== ebusy || tries === mostTries) check(result, `attach ${path} to`, file);
    }
  } finally {
    close(backing);
  }
}

function freeNumber(): number {
  const control = open("/dev/loop-control", O.RDWR);
  try {
    return check(raw("ioctl", control, getFree), "find", "a loop device that is free");
  } finally {
    close(control);
  }
}
