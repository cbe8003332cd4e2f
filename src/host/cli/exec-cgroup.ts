/** `exec --cgroup`: `[CONTROLLER[,..]:]PATH`, with runc's words for what is wrong. Pure. */
import { Fault } from "../../base/fault.ts";

/** The path below the container's cgroup; undefined for that itself. The guest has cgroup v2: one path, no controllers. */
export function execCgroup(values: readonly string[]): string | undefined {
  const controllers = new Set<string>();
  let path: string | undefined;
  for (const value of values) {
    const parts = value.split(":");
    const [first = "", second] = parts;
    if (parts.length > 2) throw invalid(`invalid --cgroup argument: ${value}`);
    if (second === undefined) {
      if (values.length > 1) throw invalid(`invalid --cgroup argument: ${value} (missing <controller>: prefix)`);
      path = first;
    } else for (const controller of first.split(",")) addController(controllers, controller, value);
  }
  const [controller] = controllers;
  if (controller !== undefined)
    throw invalid(`unknown controller ${controller} in --cgroup: the guest has cgroup v2, must be a path alone`);
  return path === undefined ? undefined : belowContainer(path);
}

function addController(controllers: Set<string>, controller: string, value: string): void {
  if (controller === "") throw invalid(`invalid --cgroup argument: ${value} (empty <controller> prefix)`);
  if (controllers.has(controller)) throw invalid(`invalid --cgroup argument(s): controller ${controller} specified multiple times`);
  controllers.add(controller);
}

/** As runc joins the two: `/` is the container's own cgroup, and `..` must not lead out of it. */
function belowContainer(path: string): string | undefined {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) throw invalid(`bad sub cgroup path: ${path}`);
    } else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.length > 0 ? parts.join("/") : undefined;
}

function invalid(message: string): Fault {
  return new Fault(message, { component: "cli", code: "invalid-option" });
}
