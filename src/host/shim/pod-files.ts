/** The files of a pod that containerd makes itself where it makes the sandbox. They are in the sandbox's bundle and go with it. */
import { stringifyExactJson } from "../../oci/shape.ts";
import { mkdirAll, readTextFile, replaceFile, statIfPresent } from "../../sys/file.ts";
import { MS, mount } from "../../sys/mount.ts";
import { type PodWishes, podRoot, podSpec, resolvConf } from "./pod-spec.ts";
import { unmountAll } from "./rootfs.ts";

const shmOf = (directory: string): string => `${directory}/shm`;
/** As containerd's. */
const shmOptions = "mode=1777,size=67108864";

/** A config.json that is there already is the caller's and stays. */
export function makePodFiles(bundle: string, wishes: PodWishes): void {
  const { config } = wishes;
  const write = (name: string, text: string): void => replaceFile(`${bundle}/${name}`, text, { sync: false, mode: 0o644 });
  if (!statIfPresent(`${bundle}/config.json`)) write("config.json", stringifyExactJson(podSpec(wishes)));
  for (const each of ["dev", "proc"]) mkdirAll(`${bundle}/${podRoot}/${each}`, 0o755);
  write("hostname", `${config.hostname || hostText("/proc/sys/kernel/hostname").trim()}\n`);
  write("hosts", hostText("/etc/hosts"));
  write("resolv.conf", config.dnsConfig ? resolvConf(config.dnsConfig) : hostText("/etc/resolv.conf"));
  makeShm(bundle);
}

/** A tmpfs, which is memory of the machine for whoever mounts it. */
function makeShm(bundle: string): void {
  mkdirAll(shmOf(bundle), 0o700);
  mount("shm", shmOf(bundle), "tmpfs", MS.noexec | MS.nosuid | MS.nodev, shmOptions);
}

/** What would keep the bundle from being removed. Idempotent. */
export const removePodFiles = (bundle: string): void => unmountAll(shmOf(bundle));

const hostText = (path: string): string => (statIfPresent(path) ? readTextFile(path) : "");
