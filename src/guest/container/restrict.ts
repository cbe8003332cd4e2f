/** Masked and read-only paths, and kernel parameters; all inside the container's root, after it was entered. */
import { Fault } from "../../base/fault.ts";
import { atCwd, isDirectory, statIfPresent, writeKnob } from "../../sys/file.ts";
import { MOUNT_ATTR, MS, mount, setMountAttributes } from "../../sys/mount.ts";

/** Directories get an empty read-only tmpfs, files /dev/null; what is missing is skipped. */
export function maskPath(path: string): void {
  const facts = statIfPresent(path);
  if (facts === undefined) return;
  try {
    if (isDirectory(facts)) mount("tmpfs", path, "tmpfs", MS.rdonly, "size=0k");
    else mount("/dev/null", path, "bind", MS.bind);
  } catch (error) {
    throw new Fault(`mask ${path}`, { component: "agent", cause: error });
  }
}

/** A read-only bind of the path, with everything mounted below it, on itself. */
export function makeReadonly(path: string): void {
  if (statIfPresent(path) === undefined) return;
  try {
    mount(path, path, "bind", MS.bind | MS.rec);
    setMountAttributes(atCwd, { set: MOUNT_ATTR.rdonly }, path);
  } catch (error) {
    throw new Fault(`make ${path} read-only`, { component: "agent", cause: error });
  }
}

/** The file of `net.ipv4.ip_forward` or `net/ipv4/conf/eth0.1/forwarding`: the first separator decides which one separates. */
export function sysctlPath(name: string): string {
  const first = name.search(/[./]/);
  const path = first >= 0 && name[first] === "." ? name.replace(/[./]/g, (c) => (c === "." ? "/" : ".")) : name;
  if (path.split("/").some((part) => part === "" || part === "." || part === ".."))
    throw new Fault(`sysctl ${JSON.stringify(name)}: not the name of a kernel parameter`, { component: "agent", code: "EINVAL" });
  return `/proc/sys/${path}`;
}

export function writeSysctls(sysctls: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(sysctls)) writeKnob(sysctlPath(name), value);
}
