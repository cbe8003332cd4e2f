/** Kernel modules of the initrd: those to load at start, in order, and those to load when their name is asked for. */
import { Fault } from "../../base/fault.ts";
import { listDirectory } from "../../sys/directory.ts";
import { readTextFile, statIfPresent } from "../../sys/file.ts";
import { loadModule } from "../../sys/system.ts";

const startList = "/lib/modules/modules.list";
const demandList = "/lib/modules/modules.demand";

/** A kernel that has everything built in comes without the list. */
export function loadStartModules(): void {
  const paths = readLines(startList);
  for (const path of paths) loadModule(path);
  if (paths.length > 0) loadDeviceModules();
}

const virtioDevices = "/sys/bus/virtio/devices";
/** Drivers of virtio devices that few machines have, by the device's number (virtio 1.2, section 5). */
const rareDrivers: Readonly<Record<number, string>> = { 5: "virtio_balloon" };

function loadDeviceModules(): void {
  if (!statIfPresent(virtioDevices)) return;
  for (const device of listDirectory(virtioDevices)) {
    const driver = rareDrivers[Number(readTextFile(`${virtioDevices}/${device}/device`))];
    if (driver !== undefined) loadNamedModule(driver, []);
  }
}

/** Loads `name` with what it depends on; a kernel that has it built in has nothing to load. */
export function loadNamedModule(name: string, parameters: readonly string[]): void {
  if (statIfPresent(`/sys/module/${moduleName(name)}`)) return;
  const line = readLines(demandList).find((candidate) => moduleName(candidate.split(" ")[0] ?? "") === moduleName(name));
  const files = line?.split(" ").slice(1) ?? [];
  const last = files.pop();
  if (last === undefined)
    throw new Fault(`load module ${name}: not in this guest's initrd and not built in`, { component: "agent", code: "not-found" });
  for (const file of files) loadModule(file);
  loadModule(last, parameters.join(" "));
}

/** The kernel writes names with `_`, files also with `-`. */
function moduleName(name: string): string {
  return name.replaceAll("-", "_").replaceAll("/", "");
}

function readLines(path: string): string[] {
  return statIfPresent(path) ? readTextFile(path).split("\n").filter(Boolean) : [];
}
