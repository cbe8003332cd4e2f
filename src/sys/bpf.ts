/** eBPF programs that decide about devices in a cgroup (bpf(2)). */
import { floor, raw } from "./native.ts";
import { check, type Fd } from "./syscall.ts";

const commandLoad = 5;
const commandAttach = 8;
const typeCgroupDevice = 15;
const attachCgroupDevice = 6;
const allowMulti = 2;

/** `program` is struct bpf_insn[]. */
export function loadDeviceProgram(program: Uint8Array): Fd {
  const license = new Uint8Array([0]);
  const attributes = new Uint8Array(48);
  const view = new DataView(attributes.buffer);
  view.setUint32(0, typeCgroupDevice, true);
  view.setUint32(4, program.length / 8, true);
  view.setBigUint64(8, BigInt(floor().address(program)), true);
  view.setBigUint64(16, BigInt(floor().address(license)), true);
  return check(raw("bpf", commandLoad, attributes, attributes.length), "bpf", "load device program") as Fd;
}

/** In force until the cgroup ends. Groups below may add programs of their own. */
export function attachDeviceProgram(cgroup: Fd, program: Fd): void {
  const words = [cgroup, program, attachCgroupDevice, allowMulti];
  const attributes = new Uint8Array(new Uint32Array(words).buffer);
  check(raw("bpf", commandAttach, attributes, attributes.length), "bpf", "attach device program");
}
