/**
 * initrd.ts AGENT KERNEL_DIRECTORY OUTPUT: writes the guest's first and only root file system of its own.
 *
 * The agent as /init, the directories it mounts on, /dev/console for its first words, and for a kernel with modules
 * (KERNEL_DIRECTORY/modules.list exists) /lib/modules/*.ko with two lists of absolute paths beside them:
 * modules.list, to load at start in this order, and modules.demand, `NAME FILE...`, to load in order when NAME is needed.
 * A raw cpio: decompression in the guest costs more than it saves.
 */
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CpioEntry } from "./cpio.ts";
import { writeCpio } from "./cpio.ts";

const DIRECTORIES = ["dev", "etc", "lib", "lib/modules", "mnt", "proc", "root", "run", "sys", "tmp", "usr", "var"];
const MODULES = "lib/modules";

function directory(path: string): CpioEntry {
  return { kind: "directory", path, mode: path === "tmp" ? 0o1777 : 0o755 };
}

function file(path: string, data: Uint8Array, mode = 0o644): CpioEntry {
  return { kind: "file", path, mode, data };
}

/** The list with each FILE.ko as the absolute path it has in the guest. */
function absolute(list: string): string {
  return list.replaceAll(/\S+\.ko/g, (name) => `/${MODULES}/${name}`);
}

function modules(kernel: string): CpioEntry[] {
  if (!existsSync(join(kernel, "modules.list"))) return [];
  const names = readdirSync(join(kernel, "modules")).toSorted();
  return [
    ...names.map((name) => file(`${MODULES}/${name}`, readFileSync(join(kernel, "modules", name)))),
    ...["modules.list", "modules.demand"].map((name) =>
      file(`${MODULES}/${name}`, Buffer.from(absolute(readFileSync(join(kernel, name), "utf8")))),
    ),
  ];
}

const [, , agent, kernel, output] = process.argv;
if (agent === undefined || kernel === undefined || output === undefined) {
  throw new Error("usage: initrd.ts AGENT KERNEL_DIRECTORY OUTPUT");
}
const archive = writeCpio([
  ...DIRECTORIES.map(directory),
  { kind: "device", path: "dev/console", mode: 0o600, major: 5, minor: 1 },
  { kind: "device", path: "dev/null", mode: 0o666, major: 1, minor: 3 },
  file("init", readFileSync(agent), 0o755),
  ...modules(kernel),
]);
writeFileSync(`${output}.new`, archive);
renameSync(`${output}.new`, output);
