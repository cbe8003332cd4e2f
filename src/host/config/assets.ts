/** The programs and images that a configuration names or leaves to be found. */
import { Fault } from "../../base/fault.ts";
import type { HypervisorKeys } from "./configuration.ts";
import type { SearchHost } from "./search.ts";

export interface Places extends SearchHost {
  /** As uname -m says: `x86_64`, `aarch64`. */
  readonly architecture: string;
}

type Assets = Pick<HypervisorKeys, "program" | "kernel" | "initrd" | "firmware" | "machine" | "virtioFsDaemon">;

/**
 * Absolute paths for the hypervisor's files. Throws a Fault that names the key, where was looked, and `named`, the
 * file(s) in which to set it, for the first one that is not there.
 */
export function findAssets(places: Places, keys: HypervisorKeys, named: string): Assets {
  const { programDirectory, architecture } = places;
  const find = (key: string, value: string, fallback: string, directories: readonly string[]): string =>
    findFile(places, { key, value, fallback, directories, named });
  const images = [`${parentOf(programDirectory)}/share/kata-containers`, "/usr/share/kata-containers", "/opt/kata/share/kata-containers"];
  const programs = [programDirectory, "/usr/bin", "/usr/local/bin", "/opt/kata/bin"];
  const daemons = [programDirectory, "/usr/libexec", "/usr/lib", "/usr/lib/qemu", "/usr/bin", "/opt/kata/libexec"];
  return {
    program: findProgram(places, keys.program, programs, named),
    kernel: find("kernel", keys.kernel, "vmlinux", images),
    initrd: find("initrd", keys.initrd, "initrd", images),
    firmware: keys.firmware === "" ? "" : find("firmware", keys.firmware, keys.firmware, images),
    machine: keys.machine === "" ? defaultMachine(architecture) : keys.machine,
    virtioFsDaemon: find("virtio_fs_daemon", keys.virtioFsDaemon, "virtiofsd", daemons),
  };
}

/** Red Hat's QEMU has one name on all architectures. */
function findProgram(places: Places, value: string, directories: readonly string[], named: string): string {
  const redHat = "/usr/libexec/qemu-kvm";
  const fallback = `qemu-system-${places.architecture}`;
  if (value === "" && !directories.some((directory) => places.exists(`${directory}/${fallback}`)) && places.exists(redHat)) return redHat;
  return findFile(places, { key: "path", value, fallback, directories, named });
}

interface Search {
  readonly key: string;
  /** As configured; empty: not at all. */
  readonly value: string;
  /** The name to look for when nothing is configured. */
  readonly fallback: string;
  readonly directories: readonly string[];
  readonly named: string;
}

function findFile(places: Places, { key, value, fallback, directories, named }: Search): string {
  const name = value === "" ? fallback : value;
  if (name.startsWith("/")) {
    if (places.exists(name)) return name;
    throw missing(`hypervisor.qemu.${key} ${name}: no such file or directory, set it in ${named}`);
  }
  const found = directories.map((directory) => `${directory}/${name}`).find((path) => places.exists(path));
  if (found !== undefined) return found;
  throw missing(`hypervisor.qemu.${key} ${name}: no such file in ${directories.join(", ")}, set its path in ${named}`);
}

function missing(text: string): Fault {
  return new Fault(`find ${text}`, { code: "ENOENT", component: "config" });
}

function parentOf(directory: string): string {
  return directory.slice(0, Math.max(0, directory.lastIndexOf("/")));
}

function defaultMachine(architecture: string): string {
  return architecture === "x86_64" ? "q35" : "virt";
}
