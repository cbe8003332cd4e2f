/** Where a sandbox's cgroup is in each hierarchy of the host: cgroup v1, v2 or both. Pure; the files are read elsewhere. */

import { Fault } from "../../base/fault.ts";

export interface Hierarchy {
  /** `major:minor` of the file system. */
  readonly device: string;
  readonly mountPoint: string;
  /** The cgroup that is visible at the mount point, `/` unless this is a container. */
  readonly root: string;
  readonly version: 1 | 2;
  /** Only to be looked at, as in many containers. */
  readonly readOnly: boolean;
  /** v1 only: `cpu`, `cpuset`, .., or `name=systemd`. */
  readonly controllers: readonly string[];
}

/**
 * From /proc/self/mountinfo (proc_pid_mountinfo(5)): the first mount of each hierarchy that `visible` lets pass. One may be
 * mounted several times, and a mount may be hidden by a later one.
 */
export function parseHierarchies(mountinfo: string, visible: (mount: Hierarchy) => boolean): Hierarchy[] {
  const found = new Map<string, Hierarchy>();
  for (const line of mountinfo.split("\n")) {
    const fields = line.split(" ");
    const dash = fields.indexOf("-", 6);
    const [type, , superOptions = ""] = fields.slice(dash + 1);
    const [, , device = "", root = "", mountPoint = "", options = ""] = fields;
    if (dash < 0 || (type !== "cgroup" && type !== "cgroup2") || found.has(device)) continue;
    const version = type === "cgroup" ? 1 : 2;
    const controllers = version === 1 ? superOptions.split(",").filter((word) => !generalOptions.has(word)) : [];
    const readOnly = [options, superOptions].some((words) => words.split(",").includes("ro"));
    const mount = { device, mountPoint: unescapeOctal(mountPoint), root: unescapeOctal(root), version, readOnly, controllers } as const;
    if (visible(mount)) found.set(device, mount);
  }
  return [...found.values()];
}

const generalOptions = new Set(["rw", "ro", "xattr", "noprefix", "clone_children", "cpuset_v2_mode", "all", "none"]);

/** Blanks and backslashes are octal in mountinfo. */
function unescapeOctal(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** From /proc/self/cgroup (cgroups(7)): this process's path by controller, "" for v2. */
export function parseOwnCgroups(text: string): Map<string, string> {
  const own = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^\d+:([^:]*):(.*)$/.exec(line);
    if (!match) continue;
    for (const controller of (match[1] ?? "").split(",")) own.set(controller, match[2] ?? "/");
  }
  return own;
}

export interface Wish {
  /** `linux.cgroupsPath`: absolute counts from the hierarchy's root, relative (or absent: the id) from this process's cgroup. */
  readonly cgroupsPath: string | undefined;
  readonly id: string;
}

/** The absolute directory in one hierarchy. `..` never leads out of it. */
export function cgroupDirectory(hierarchy: Hierarchy, own: ReadonlyMap<string, string>, wish: Wish): string {
  const { cgroupsPath, id } = wish;
  if (cgroupsPath?.startsWith("/")) return join(hierarchy.mountPoint, cgroupsPath);
  return join(hierarchy.mountPoint, `${visiblePath(hierarchy, own)}/${cgroupsPath || id}`);
}

/** Where the process is whose /proc/PID/cgroup is `paths`. */
export function presentDirectory(hierarchy: Hierarchy, paths: ReadonlyMap<string, string>): string {
  return join(hierarchy.mountPoint, visiblePath(hierarchy, paths));
}

function visiblePath({ controllers, root }: Hierarchy, paths: ReadonlyMap<string, string>): string {
  const path = paths.get(controllers[0] ?? "") ?? "/";
  return root !== "/" && path.startsWith(root) ? path.slice(root.length) : path;
}

function join(mountPoint: string, path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return [mountPoint, ...parts].join("/");
}

/**
 * Where systemd would put the scope that `slice:prefix:name` asks for (runc's form of `linux.cgroupsPath` with
 * --systemd-cgroup): `system.slice:docker:ID` is /system.slice/docker-ID.scope, and a slice a-b.slice lies in a.slice.
 * Throws a Fault that names the path when it has another form.
 */
export function systemdScope(cgroupsPath: string | undefined, id: string): string {
  if (!cgroupsPath) return `/system.slice/kata-${id}.scope`;
  const parts = cgroupsPath.split(":");
  const [slice = "", prefix = "", name = ""] = parts;
  if (parts.length !== 3 || name === "" || parts.some((part) => part.includes("/"))) {
    throw new Fault(`linux.cgroupsPath ${JSON.stringify(cgroupsPath)}: with --systemd-cgroup it must have the form slice:prefix:name`, {
      component: "cgroup",
      code: "invalid-spec",
    });
  }
  const unit = name.endsWith(".slice") ? name : `${prefix === "" ? "" : `${prefix}-`}${name}.scope`;
  return `${slicePath(slice || "system.slice")}/${unit}`;
}

/** Whether an engine that can say it by no option means a scope of systemd's. */
export const namesScope = (cgroupsPath: string | undefined): boolean => /^[^/:]*:[^/:]*:[^/:]+$/.test(cgroupsPath ?? "");

/** systemd.slice(5): the dashes of a slice's name are its place in the tree; `-.slice` is the root. */
function slicePath(slice: string): string {
  if (slice === "-.slice") return "";
  const words = slice.replace(/\.slice$/, "").split("-");
  return words.map((_, i) => `/${words.slice(0, i + 1).join("-")}.slice`).join("");
}
