/** eBPF programs that the kernel asks for the processes of a cgroup (bpf(2)). */
import { close } from "./file.ts";
import { floor, raw } from "./native.ts";
import { check, type Fd } from "./syscall.ts";

const commandLoad = 5;
const commandAttach = 8;
const allowMulti = 2;

/** enum bpf_prog_type and bpf_attach_type of what asks. */
interface Place {
  readonly type: number;
  readonly attach: number;
}

export const cgroupProgram = {
  /** Each open and mknod of a device. */
  device: { type: 15, attach: 6 },
  /** The address of each connect of an IPv4 socket. */
  connect: { type: 18, attach: 10 },
  /** The destination that a datagram names. */
  send: { type: 18, attach: 14 },
  /** The source that the receiver of a datagram is told. */
  receive: { type: 18, attach: 19 },
} as const satisfies Readonly<Record<string, Place>>;

const expectedAttachAt = 68;

/** `program` is struct bpf_insn[]; `cgroup` an open directory. In force until the cgroup ends; groups below may add their own. */
export function attachProgram(cgroup: Fd, place: Place, program: Uint8Array): void {
  const loaded = load(place, program);
  try {
    const words = [cgroup, loaded, place.attach, allowMulti];
    const attributes = new Uint8Array(new Uint32Array(words).buffer);
    check(raw("bpf", commandAttach, attributes, attributes.length), "bpf", `attach program of type ${place.type}`);
  } finally {
    close(loaded);
  }
}

function load(place: Place, program: Uint8Array): Fd {
  const license = new Uint8Array([0]);
  const attributes = new Uint8Array(expectedAttachAt + 4);
  const view = new DataView(attributes.buffer);
  view.setUint32(0, place.type, true);
  view.setUint32(4, program.length / 8, true);
  view.setBigUint64(8, BigInt(floor().address(program)), true);
  view.setBigUint64(16, BigInt(floor().address(license)), true);
  view.setUint32(expectedAttachAt, place.attach, true);
  return check(raw("bpf", commandLoad, attributes, attributes.length), "bpf", `load program of type ${place.type}`) as Fd;
}
