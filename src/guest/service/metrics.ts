/** The guest's own figures in Prometheus' text format, under the names of the Kata agent. */
import { readTextFile } from "../../sys/file.ts";

export function metricsText(): string {
  return [...memory(), ...load(), ...self()].join("\n").concat("\n");
}

function gauge(name: string, help: string, samples: readonly (readonly [label: string, value: number])[]): string[] {
  const rows = samples.map(([label, value]) => `${name}${label === "" ? "" : `{item="${label}"}`} ${value}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...rows];
}

/** `MemTotal:  248132 kB`; in KiB, as the kernel has it. */
function memory(): string[] {
  const samples: [string, number][] = [];
  for (const line of readTextFile("/proc/meminfo").split("\n")) {
    const match = /^([^:]+):\s+(\d+)/.exec(line);
    if (match?.[1] !== undefined) samples.push([snake(match[1]), Number(match[2])]);
  }
  return gauge("kata_guest_meminfo", "Statistics about memory usage in the system.", samples);
}

const snake = (name: string): string => name.replace(/\(/g, "_").replace(/\)/g, "").toLowerCase();

function load(): string[] {
  const [one = 0, five = 0, fifteen = 0] = readTextFile("/proc/loadavg").split(" ").map(Number);
  return gauge("kata_guest_load", "Guest system load.", [
    ["load1", one],
    ["load5", five],
    ["load15", fifteen],
  ]);
}

const pageBytes = 4096;

/** /proc/self/statm: pages of size and of resident memory. */
function self(): string[] {
  const [size = 0, resident = 0] = readTextFile("/proc/self/statm").split(" ").map(Number);
  return [
    ...gauge("kata_agent_total_vm", "Agent process total VM size.", [["", size * pageBytes]]),
    ...gauge("kata_agent_total_rss", "Agent process total RSS size.", [["", resident * pageBytes]]),
  ];
}
