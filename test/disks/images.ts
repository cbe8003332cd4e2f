/** Images and loop devices for tests of disks. */
import { execFileSync } from "node:child_process";
import { renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestSpec } from "../support/bundle.ts";
import type { World } from "../support/world.ts";

export const imageAnnotation = "io.katacontainers.fs-opt.block_device";

/** An image of `mib` MiB with the files of `directory`. */
export function ext4Image(path: string, directory?: string, mib = 24): string {
  writeFileSync(path, "");
  execFileSync("truncate", ["-s", `${mib}M`, path]);
  execFileSync("mkfs.ext4", ["-q", ...(directory === undefined ? [] : ["-d", directory]), path], { stdio: "pipe" });
  return path;
}

/** The least that mkfs.xfs makes. */
export const leastXfsMib = 300;

export function xfsImage(path: string, mib = leastXfsMib): string {
  writeFileSync(path, "");
  execFileSync("truncate", ["-s", `${mib}M`, path]);
  execFileSync("mkfs.xfs", ["-q", path], { stdio: "pipe" });
  return path;
}

/** A bundle whose root file system is the image `root.img`. */
export function imageBundle(
  world: World,
  args: readonly string[],
  { type = "ext4", edit = () => {} }: { type?: "ext4" | "erofs"; edit?: (spec: TestSpec) => void } = {},
): string {
  const bundle = world.bundle(args, (spec) => {
    spec.root.path = "root.img";
    spec.annotations = { [imageAnnotation]: "file" };
    edit(spec);
  });
  const [rootfs, image] = [join(bundle, "rootfs"), join(bundle, "root.img")];
  if (type === "ext4") ext4Image(image, rootfs);
  else execFileSync("mkfs.erofs", [image, rootfs], { stdio: "pipe" });
  renameSync(rootfs, join(bundle, "source"));
  return bundle;
}

/** What a file has in the root of an ext4 image; "" when there is none. */
export function fileInImage(image: string, name: string): string {
  return execFileSync("debugfs", ["-R", `cat /${name}`, image], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

/** undefined: this machine has none to give. */
export function loopDevice(image: string, ...options: string[]): { path: string; major: number; minor: number } | undefined {
  try {
    const path = execFileSync("losetup", ["-f", "--show", ...options, image], { encoding: "utf8", stdio: "pipe" }).trim();
    const { rdev } = statSync(path);
    return { path, major: rdev >> 8, minor: rdev & 0xff };
  } catch {
    return undefined;
  }
}

export function dropLoopDevice(path: string): void {
  execFileSync("losetup", ["-d", path], { stdio: "ignore" });
}
