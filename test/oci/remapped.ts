/** Bundles of containers with ids of their own. */
import { execFileSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import type { TestSpec } from "../support/bundle.ts";
import type { World } from "../support/world.ts";

/** What is root inside is this outside. */
export const base = 100_000;
export const mapped = [{ containerID: 0, hostID: base, size: 65_536 }];

/** As an engine that remaps ids prepares a bundle: its files are those of the container's root. */
export function remapped(world: World, args: readonly string[], edit: (spec: TestSpec) => void = () => {}): string {
  const bundle = world.bundle(args, (spec) => {
    spec.linux.namespaces.push({ type: "user" });
    Object.assign(spec.linux, { uidMappings: mapped, gidMappings: mapped });
    edit(spec);
  });
  execFileSync("chown", ["-R", `${base}:${base}`, join(bundle, "rootfs")]);
  chmodSync(bundle, 0o755);
  return bundle;
}
