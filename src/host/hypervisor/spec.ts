/** What can be wrong in a VM specification by itself, whatever the VMM. Pure. */
import type { Device, VmSpec } from "./vm.ts";

/** Names travel into command lines, file names and process titles: the characters of container ids, nothing else. */
const nameShape = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;
const deviceIdShape = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;
const macShape = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i;
/** linux/virtio_fs.h: the tag has 36 bytes. */
const longestTag = 36;
/** COMMAND_LINE_SIZE of x86; arm64 has the same. */
const longestKernelCommandLine = 2048;
/** Debian's cloud kernel does not get to its /init in less. */
const leastMemoryMib = 64;
/** KVM_MAX_VCPUS of a q35 machine in QEMU 7.2. */
const mostCpus = 288;
const mostNetworkQueues = 16;

/** One sentence for each thing that is wrong; empty when nothing is. */
export function specProblems(spec: VmSpec): string[] {
  return [
    ...identityProblems(spec),
    ...sizeProblems(spec),
    ...birthProblems(spec),
    ...spec.devices.flatMap(deviceProblems),
    ...duplicateProblems(spec.devices),
  ];
}

function identityProblems(spec: VmSpec): string[] {
  const problems: string[] = [];
  if (!nameShape.test(spec.name)) problems.push(`name ${JSON.stringify(spec.name)}: must match ${nameShape.source}`);
  for (const [what, path] of Object.entries({
    program: spec.program,
    kernel: spec.kernel,
    initrd: spec.initrd,
    firmware: spec.firmware ?? "/",
  })) {
    if (!path.startsWith("/")) problems.push(`${what} ${JSON.stringify(path)}: must be an absolute path`);
    else if (path.includes("\0")) problems.push(`${what} ${JSON.stringify(path)}: contains a NUL`);
  }
  for (const parameter of spec.kernelParameters) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (/[\u0000-\u001f]/.test(parameter)) problems.push(`kernel parameter ${JSON.stringify(parameter)}: contains a control character`);
  }
  const length = spec.kernelParameters.join(" ").length;
  if (length > longestKernelCommandLine)
    problems.push(`kernel parameters: ${length} characters, at most ${longestKernelCommandLine} are possible`);
  return problems;
}

function sizeProblems(spec: VmSpec): string[] {
  const problems: string[] = [];
  if (!isCount(spec.cpus, mostCpus)) problems.push(`cpus ${spec.cpus}: must be from 1 to ${mostCpus}`);
  if (!isCount(spec.maxCpus, mostCpus) || spec.maxCpus < spec.cpus)
    problems.push(`maximum of cpus ${spec.maxCpus}: must be from ${spec.cpus} (cpus) to ${mostCpus}`);
  if (!Number.isSafeInteger(spec.memoryMib) || spec.memoryMib < leastMemoryMib)
    problems.push(`memory ${spec.memoryMib} MiB: must be at least ${leastMemoryMib}`);
  const { maxMemoryMib } = spec;
  if (maxMemoryMib !== undefined && (!Number.isSafeInteger(maxMemoryMib) || maxMemoryMib < spec.memoryMib))
    problems.push(`maximum of memory ${maxMemoryMib} MiB: must be at least the memory, ${spec.memoryMib}`);
  return problems;
}

/** What such a machine gave back would be taken out of the template, and out of all other machines with it. */
function birthProblems({ birth, reclaimFreedMemory, devices }: VmSpec): string[] {
  if (birth?.kind !== "clone" || birth.shared) return [];
  const problems: string[] = [];
  if (reclaimFreedMemory) problems.push("reclaimFreedMemory: a clone with the template's own memory cannot give any back");
  if (devices.some(({ kind }) => kind === "share")) problems.push("share: its daemon needs a clone with memory of its own");
  return problems;
}

const isCount = (n: number, most: number): boolean => Number.isSafeInteger(n) && n >= 1 && n <= most;

function deviceProblems(device: Device): string[] {
  const problems: string[] = [];
  if ("id" in device && !deviceIdShape.test(device.id))
    problems.push(`device id ${JSON.stringify(device.id)}: must match ${deviceIdShape.source}`);
  // the shape allows one byte a character, so characters are bytes
  if (device.kind === "share" && (!/^[\x21-\x7e]+$/.test(device.tag) || device.tag.length > longestTag))
    problems.push(`share tag ${JSON.stringify(device.tag)}: must be 1 to ${longestTag} printable characters`);
  if (device.kind === "network" && !macShape.test(device.mac))
    problems.push(`mac ${JSON.stringify(device.mac)}: must be six pairs of hexadecimal digits`);
  if (device.kind === "network" && !isCount(device.taps.length, mostNetworkQueues))
    problems.push(`network ${device.id}: ${device.taps.length} queues, must be from 1 to ${mostNetworkQueues}`);
  if (device.kind === "vsock" && (!Number.isSafeInteger(device.contextId) || device.contextId < 3 || device.contextId >= 0xffffffff))
    problems.push(`vsock context id ${device.contextId}: must be from 3 to ${0xffffffff - 1}`);
  return problems;
}

/** Of what there can be one only, and ids twice. */
function duplicateProblems(devices: readonly Device[]): string[] {
  const seen = new Set<string>();
  const problems: string[] = [];
  for (const device of devices) {
    const key = "id" in device ? `device id ${device.id}` : `device ${device.kind}`;
    if (seen.has(key)) problems.push(`${key}: given twice`);
    seen.add(key);
  }
  const ways = devices.filter((device) => device.kind === "agent-port" || device.kind === "vsock").length;
  if (ways > 1) problems.push(`devices: ${ways} ways to the agent (agent-port, vsock), must be one`);
  return problems;
}
