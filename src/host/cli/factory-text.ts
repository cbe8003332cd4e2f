/** What `factory status` says. Pure. The first lines are Kata's. */
import type { FactoryStatus, ReserveStatus, TemplateStatus } from "../runtime/factory.ts";

const mebibytes = (bytes: number): string => `${Math.round(bytes / (1 << 20))} MiB`;

/** undefined: the factory is off. */
export function statusText(status: FactoryStatus | undefined): string {
  if (!status) return "vm factory not enabled\n";
  const { parameters, on, templates, reserves } = status;
  const { cpus, memoryMib } = parameters.vm;
  const lines = [
    ...reserves
      .filter(({ current, vmPid }) => current && vmPid !== undefined)
      .map(({ vmPid }) => `VM pid = ${vmPid} Cpu = ${cpus} Memory = ${memoryMib}MiB`),
    `vm factory is ${on ? "on" : "off"}`,
    ...templates.flatMap(templateLines),
    `reserve: ${reserves.length} of ${parameters.factory.reserves}`,
    ...reserves.map(reserveLine),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function templateLines({ key, allocatedBytes, memoryBytes, builtAt, stale, current, identity }: TemplateStatus): string[] {
  const remark = stale === undefined ? (current ? ", current" : "") : `, stale: ${stale}`;
  return [
    `template ${key}: ${mebibytes(allocatedBytes)} for ${mebibytes(memoryBytes)} of memory, built ${time(builtAt)}${remark}`,
    `  runtime ${identity.runtime}`,
    ...identity.files.map(({ path, size, mtimeNs }) => `  ${path}, ${size} bytes of ${time(Number(mtimeNs.slice(0, -9)))}`),
  ];
}

function reserveLine({ id, state, process, memoryKib, ageSeconds, current }: ReserveStatus): string {
  const remark = current ? ", current" : "";
  return `  ${id}: ${state} for ${ageSeconds} s, sandbox process ${process.pid}, ${mebibytes(memoryKib * 1024)}${remark}`;
}

const time = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z");

export function statusDocument(status: FactoryStatus | undefined): string {
  if (!status) return `${JSON.stringify({ enabled: false }, undefined, 2)}\n`;
  const { parameters, on, templates, reserves } = status;
  const { templatePath, reservePath, reserves: wanted } = parameters.factory;
  const document = {
    enabled: true,
    on,
    templatePath,
    reservePath,
    wanted,
    templates,
    reserves: reserves.map(({ process, helpers, ...facts }) => ({
      ...facts,
      pid: process.pid,
      helperPids: helpers.map(({ pid }) => pid),
    })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
