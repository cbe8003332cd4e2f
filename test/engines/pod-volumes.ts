/** Volumes as kubelet lays them out below a directory. */
import { chmodSync, chownSync, existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A ConfigMap whose `k` has `value`, or the change of one: a link to a directory, replaced at once. */
export function configMap(directory: string, value: string): string {
  const volume = join(directory, "volumes/kubernetes.io~configmap/config");
  mkdirSync(join(volume, `..${value}`), { recursive: true });
  writeFileSync(join(volume, `..${value}/k`), `${value}\n`);
  symlinkSync(`..${value}`, join(volume, "..data_tmp"));
  renameSync(join(volume, "..data_tmp"), join(volume, "..data"));
  if (!existsSync(join(volume, "k"))) symlinkSync("..data/k", join(volume, "k"));
  return volume;
}

/** An emptyDir of a pod with an fsGroup. */
export function emptyDirectory(directory: string): string {
  const path = join(directory, "volumes/kubernetes.io~empty-dir/empty");
  mkdirSync(path, { recursive: true });
  chownSync(path, 0, 123);
  chmodSync(path, 0o2777);
  return path;
}
