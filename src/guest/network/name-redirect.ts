/**
 * Sends what the guest's processes ask one name server to another port. By eBPF on the cgroup of all of them, and not by
 * listening on port 53: a container may be a name server itself and want that port on every address.
 */
import { attachProgram, cgroupProgram } from "../../sys/bpf.ts";
import { assemble, exit, type Instruction, load, set, store, unlessEqual } from "../../sys/bpf-program.ts";
import { openDirectory, withFd } from "../../sys/file.ts";

export interface NameServerPorts {
  /** Four bytes. */
  readonly address: Uint8Array;
  /** What processes ask, and see as the source of answers. */
  readonly asked: number;
  readonly datagramPort: number;
  readonly streamPort: number;
}

// struct bpf_sock_addr: both are in network order
const addressAt = 4;
const portAt = 24;
const protocolAt = 36;
const tcp = 6;

/** For the life of the cgroup. */
export function redirectNames(cgroup: string, { address, asked, datagramPort, streamPort }: NameServerPorts): void {
  const fd = openDirectory(cgroup);
  withFd(fd, () => {
    const connect = [...portFor(address, asked, datagramPort, isNotTcp), ...portFor(address, asked, streamPort, isTcp)];
    attachProgram(fd, cgroupProgram.connect, program(connect));
    attachProgram(fd, cgroupProgram.send, program(portFor(address, asked, datagramPort)));
    attachProgram(fd, cgroupProgram.receive, program(portFor(address, datagramPort, asked)));
  });
}

const program = (changes: readonly Instruction[]): Uint8Array => assemble([...changes, set(0, 1), exit]);

const isTcp = (skip: number): Instruction[] => [load(4, protocolAt), unlessEqual(4, tcp, skip)];
const isNotTcp = (skip: number): Instruction[] => [load(4, protocolAt), { code: 0x15, to: 4, value: tcp, offset: skip }];

/** `to` in place of the port `from` of that address. */
function portFor(address: Uint8Array, from: number, to: number, condition: (skip: number) => Instruction[] = () => []): Instruction[] {
  const change = [set(3, networkOrder(to)), store(portAt, 3)];
  const rest = [...condition(change.length), ...change];
  const fromPort = [load(2, portAt), unlessEqual(2, networkOrder(from), rest.length), ...rest];
  const ip = new DataView(address.buffer, address.byteOffset).getUint32(0, true);
  return [load(2, addressAt), unlessEqual(2, ip, fromPort.length), ...fromPort];
}

const networkOrder = (port: number): number => ((port & 0xff) << 8) | (port >> 8);
