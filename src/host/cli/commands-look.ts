/** Commands that show or change what is there. */
import type { Command } from "./option.ts";

const format = { name: "format", alias: "f", kind: "text", default: "table", meaning: "table or json" } as const;

export const state = () =>
  ({
    summary: "show the state of a container",
    operands: "<container-id>",
    arity: { exactly: 1 },
    about: ["Prints the state as JSON, as the OCI runtime specification describes it."],
    options: [],
  }) as const satisfies Command;

export const list = () =>
  ({
    summary: "list the containers under the given root",
    operands: "",
    arity: { exactly: 0 },
    options: [format, { name: "quiet", alias: "q", kind: "bool", meaning: "show the ids alone" }],
  }) as const satisfies Command;

export const ps = () =>
  ({
    summary: "show the processes of a container",
    operands: "<container-id> [ps options]",
    arity: { least: 1 },
    endsAtOperand: true,
    about: [
      "The table has the processes in the guest with the guest's numbers; [ps options] choose its columns as ps(1) does (-ef, aux, -o). As JSON: the numbers of the processes on this host that stand for them.",
    ],
    options: [format],
  }) as const satisfies Command;

export const events = () =>
  ({
    summary: "show resource use and events of a container as they come",
    operands: "<container-id>",
    arity: { exactly: 1 },
    options: [
      { name: "interval", kind: "duration", default: "5s", meaning: "time between two samples" },
      { name: "stats", kind: "bool", meaning: "show one sample and end" },
    ],
  }) as const satisfies Command;

export const spec = () =>
  ({
    summary: "write a specification to begin with",
    operands: "",
    arity: { exactly: 0 },
    about: ["Writes config.json for a container that runs sh on a terminal, to be edited."],
    options: [
      { name: "bundle", alias: "b", kind: "text", meaning: "directory to write to; default: the current one" },
      { name: "rootless", kind: "bool", meaning: "for a container of an ordinary user" },
    ],
  }) as const satisfies Command;

export const features = () =>
  ({ summary: "show what this runtime can do, as JSON", operands: "", arity: { exactly: 0 }, options: [] }) as const satisfies Command;

export const version = () =>
  ({
    summary: "show the versions of runtime and specification",
    operands: "",
    arity: { exactly: 0 },
    options: [],
  }) as const satisfies Command;

export const pause = () =>
  ({
    summary: "stop all processes of a container for a while",
    operands: "<container-id>",
    arity: { exactly: 1 },
    options: [],
  }) as const satisfies Command;

export const resume = () =>
  ({ summary: "let a paused container go on", operands: "<container-id>", arity: { exactly: 1 }, options: [] }) as const satisfies Command;

export const update = () =>
  ({
    summary: "change the resources of a container",
    operands: "<container-id>",
    arity: { exactly: 1 },
    about: [
      "Sizes may have a unit (512m, 2g: powers of 1024), -1 is unlimited. What is not given stays.",
      "The limits are set in the guest. One beyond the processors or the memory of the virtual machine does not make that larger.",
    ],
    options: [
      {
        name: "resources",
        alias: "r",
        kind: "text",
        meaning: "file with linux.resources as JSON, - for standard input; other options do not count then",
      },
      { name: "blkio-weight", kind: "integer", meaning: "weight in block I/O, 10 to 1000" },
      { name: "cpu-period", kind: "text", meaning: "period of the CPU limit in microseconds" },
      { name: "cpu-quota", kind: "text", meaning: "CPU time allowed in a period in microseconds" },
      { name: "cpu-burst", kind: "text", meaning: "CPU time that may be saved up in microseconds" },
      { name: "cpu-share", kind: "text", meaning: "CPU weight against other containers" },
      { name: "cpu-rt-period", kind: "text", meaning: "period of the realtime CPU limit in microseconds" },
      { name: "cpu-rt-runtime", kind: "text", meaning: "realtime CPU time allowed in a period in microseconds" },
      { name: "cpuset-cpus", kind: "text", meaning: "CPUs to run on" },
      { name: "cpuset-mems", kind: "text", meaning: "memory nodes to use" },
      { name: "cpu-idle", kind: "text", meaning: "1: run only when a CPU is idle" },
      { name: "memory", kind: "text", meaning: "memory limit" },
      { name: "memory-reservation", kind: "text", meaning: "memory to keep in a shortage" },
      { name: "memory-swap", kind: "text", meaning: "limit of memory and swap together" },
      { name: "kernel-memory", kind: "text", hidden: true, meaning: "accepted without effect" },
      { name: "kernel-memory-tcp", kind: "text", hidden: true, meaning: "accepted without effect" },
      { name: "pids-limit", kind: "integer", meaning: "the most processes" },
      { name: "l3-cache-schema", kind: "text", meaning: "cache schema of Intel RDT" },
      { name: "mem-bw-schema", kind: "text", meaning: "memory bandwidth schema of Intel RDT" },
    ],
  }) as const satisfies Command;
