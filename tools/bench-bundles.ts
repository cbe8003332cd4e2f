/** Bundles for measurements: the same root file system as a directory, which is shared, and in a read-only image, which is a disk of the guest. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeRootfs, type TestSpec, testSpec } from "../test/support/bundle.ts";

export type RootKind = "directory" | "disk";

/** `edit` changes the specification. */
export function benchBundle(path: string, root: RootKind, args: readonly string[], edit: (spec: TestSpec) => void = () => {}): string {
  const rootfs = join(path, "rootfs");
  makeRootfs(rootfs);
  const spec = testSpec(...args);
  // what each runtime that is compared can do: cgroup v2 is not everywhere, the network namespace is new and empty
  spec.mounts = spec.mounts.filter(({ type }) => type !== "cgroup");
  spec.linux.namespaces = spec.linux.namespaces.filter(({ type }) => type !== "cgroup");
  if (root === "disk") {
    spec.root = { path: "root.img", readonly: true };
    spec.annotations = { "io.katacontainers.fs-opt.block_device": "file" };
    const image = join(path, spec.root.path);
    execFileSync("truncate", ["-s", "24M", image]);
    execFileSync("mkfs.ext4", ["-q", "-F", "-d", rootfs, image], { stdio: "pipe" });
  }
  edit(spec);
  writeFileSync(join(path, "config.json"), JSON.stringify(spec));
  return path;
}

/** Another of the same: two machines do not write to one image. */
export function copyBundle(from: string, to: string): string {
  mkdirSync(to);
  copyFileSync(join(from, "config.json"), join(to, "config.json"));
  execFileSync("cp", ["--sparse=always", join(from, "root.img"), to]);
  return to;
}
