/** What stands in a specification's way on this host: files, formats, memory. */
import { chainMessage } from "../../../base/fault.ts";
import { close, executable, fstat, isRegular, O, open, readInto, readTextFile } from "../../../sys/file.ts";
import type { VmSpec } from "../vm.ts";
import { kernelFormat, memoryTotalMib } from "./formats.ts";

export function hostProblems(spec: VmSpec): string[] {
  const problems: string[] = [];
  if (!executable(spec.program)) problems.push(`hypervisor ${spec.program}: is not there or cannot be executed`);
  problems.push(...fileProblems("kernel", spec.kernel), ...fileProblems("initrd", spec.initrd));
  const total = memoryTotalMib(readTextFile("/proc/meminfo", 1 << 16));
  if (total !== undefined && spec.memoryMib > total) problems.push(`memory ${spec.memoryMib} MiB: the host has ${total} MiB`);
  return problems;
}

function fileProblems(what: "kernel" | "initrd", path: string): string[] {
  let head: Uint8Array;
  try {
    const fd = open(path, O.RDONLY | O.NONBLOCK);
    try {
      if (!isRegular(fstat(fd))) return [`${what} ${path}: is no regular file`];
      const buffer = new Uint8Array(1024);
      head = buffer.subarray(0, readInto(fd, buffer));
    } finally {
      close(fd);
    }
  } catch (error) {
    return [`${what} ${path}: ${chainMessage(error)}`];
  }
  if (head.length === 0) return [`${what} ${path}: is empty`];
  return what === "kernel" && kernelFormat(head) === undefined
    ? [`${what} ${path}: is no kernel (neither an ELF file nor a bzImage nor an arm64 Image)`]
    : [];
}
