/** Whether the host can spare the memory of what waits for nobody in particular. Pure; the files are read elsewhere. */

/** Below this share of the host's memory a reserve of some 70 MB is better given back. */
const leastAvailable = 0.05;

/** Percent of the last ten seconds in which some process waited for memory (Linux 4.20, Documentation/accounting/psi.rst). */
const mostStalled = 10;

/** Why not, of /proc/meminfo and /proc/pressure/memory (undefined where the kernel has none); undefined when it can. */
export function memoryPressure(meminfo: string, pressure: string | undefined): string | undefined {
  const [total, available] = [kibOf(meminfo, "MemTotal"), kibOf(meminfo, "MemAvailable")];
  if (available < total * leastAvailable)
    return `memory is short: ${Math.floor(available / 1024)} MiB of ${Math.floor(total / 1024)} are available, must be ${leastAvailable * 100} %`;
  const stalled = Number(/^some avg10=([0-9.]+)/m.exec(pressure ?? "")?.[1] ?? 0);
  if (stalled > mostStalled)
    return `memory is short: processes waited for it during ${stalled} % of the last ten seconds, must be at most ${mostStalled} %`;
  return undefined;
}

function kibOf(meminfo: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(meminfo)?.[1] ?? 0);
}
