/** Mounts that the pod's containers share; each is made once and counted by its mount point. */
import { Fault } from "../../base/fault.ts";
import type { Storage } from "../../protocol/gen/agent.ts";
import { guestShare } from "../../protocol/guest-paths.ts";
import { chmod, chown, close, mkdirAll, O, open, readTextFile } from "../../sys/file.ts";
import { sleepBlocking } from "../../sys/loop.ts";
import { MS, mount, setMountFlags, unmountLazily } from "../../sys/mount.ts";
import { parseMountOptions } from "../../sys/mount-options.ts";
import { isErrno } from "../../sys/syscall.ts";
import { diskDrivers, findDisk, isDiskDriver } from "./disks.ts";
import { takeHugePages } from "./huge-pages.ts";

type Handler = (storage: Storage) => void;

/** By `Storage.driver`, beside those of disks. */
const handlers: Readonly<Record<string, Handler>> = {
  "virtio-fs": mountFileSystem,
  overlayfs: mountOverlay,
  bind: mountAgain,
  ephemeral: mountEphemeral,
  local: makeDirectory,
};

export const storageDrivers: readonly string[] = [...Object.keys(handlers), ...diskDrivers];

/** Loads a module of the guest's kernel by its name. */
export type LoadModule = (name: string, parameters: readonly string[]) => void;

/** Mount points a storage may have: below these the guest keeps what is the pod's. */
const places = ["/run/kata-containers/", "/run/sandbox-storage/"];

export class StorageTable {
  readonly #users = new Map<string, number>();
  readonly #loadModule: LoadModule;

  constructor(loadModule: LoadModule) {
    this.#loadModule = loadModule;
  }

  /** Makes it, or counts one more user when it is there. */
  add(storage: Storage): void {
    const users = this.#users.get(storage.mountPoint) ?? 0;
    if (users === 0) this.#make(storage);
    this.#users.set(storage.mountPoint, users + 1);
  }

  /** Makes it unless it is there: it stays for as long as the pod, whoever uses it. */
  keep(storage: Storage): void {
    if (!this.#users.has(storage.mountPoint)) this.add(storage);
  }

  /** Gives what is mounted there other options, like the size of a tmpfs. */
  update({ source, fstype, options, mountPoint }: Storage): void {
    if (!this.#users.has(mountPoint)) throw new Fault(`storage at ${mountPoint}: not mounted`, { component: "agent", code: "not-found" });
    const { flags, data } = parseMountOptions(options, mountPoint);
    mount(source, mountPoint, fstype, flags | MS.remount, data);
  }

  /** Takes one user away; the last one unmounts it. */
  remove(mountPoint: string): void {
    const users = this.#users.get(mountPoint);
    if (users === undefined) return;
    if (users > 1) this.#users.set(mountPoint, users - 1);
    else {
      this.#users.delete(mountPoint);
      unmountLazily(mountPoint);
    }
  }

  #make(storage: Storage): void {
    const { driver, mountPoint } = storage;
    const handler = isDiskDriver(driver) ? (disk: Storage) => mountDisk(disk, this.#loadModule) : ownHandler(driver);
    checkPlace(mountPoint);
    try {
      handler(storage);
      const group = storage.fsGroup?.groupId;
      if (group) chown(mountPoint, 0, group);
    } catch (error) {
      throw new Fault(`storage ${storage.source} at ${mountPoint}`, { component: "agent", cause: error });
    }
  }
}

function ownHandler(driver: string): Handler {
  const handler = Object.hasOwn(handlers, driver) ? handlers[driver] : undefined;
  if (!handler)
    throw new Fault(`storage driver ${JSON.stringify(driver)}: not supported by this guest, which has ${storageDrivers.join(", ")}`, {
      component: "agent",
      code: "unimplemented",
    });
  return handler;
}

function checkPlace(path: string): void {
  if (!places.some((place) => path.startsWith(place)) || path.split("/").includes(".."))
    throw new Fault(`storage at ${JSON.stringify(path)}: must be below ${places.join(" or ")}`, {
      component: "agent",
      code: "invalid-argument",
    });
}

/** A file system on a disk or, with type `bind`, the disk's node itself. */
function mountDisk(storage: Storage, loadModule: LoadModule): void {
  const { driver, source, fstype, mountPoint } = storage;
  const { path } = findDisk(driver, source);
  if (fstype === "bind") {
    mkdirAll(mountPoint.slice(0, mountPoint.lastIndexOf("/")), 0o755);
    close(open(mountPoint, O.CREAT | O.WRONLY, { mode: 0o600 }));
    mount(path, mountPoint, undefined, MS.bind);
    return;
  }
  needFileSystem(fstype, loadModule);
  mountFileSystem({ ...storage, source: path, options: storage.options.map((option) => withNode(driver, option)) });
}

const dataDevice = "device=";

/** An erofs may have its data on other disks; these are named as it is itself. */
function withNode(driver: string, option: string): string {
  if (!option.startsWith(dataDevice)) return option;
  return `${dataDevice}${findDisk(driver, option.slice(dataDevice.length)).path}`;
}

function needFileSystem(type: string, loadModule: LoadModule): void {
  const known = readTextFile("/proc/filesystems").split("\n");
  if (!known.some((line) => line.split("\t")[1] === type)) loadModule(type, []);
}

const createDirectory = "io.katacontainers.volume.overlayfs.create_directory=";

/** Directories that an option names are made first: those that only the guest has, for what is written. */
function mountOverlay(storage: Storage): void {
  const made = storage.options.flatMap((option) => (option.startsWith(createDirectory) ? option.slice(createDirectory.length) : []));
  for (const path of made) {
    checkPlace(path);
    mkdirAll(path, 0o755);
  }
  const options = storage.options.filter((option) => !option.startsWith(createDirectory));
  mountFileSystem({ ...storage, source: storage.source || "overlay", fstype: storage.fstype || "overlay", options });
}

/**
 * How often to look for a device that was just plugged in: three seconds, and longer where the host gives this guest little of its
 * processors, since the kernel comes no further then either.
 */
const mostLooks = 1500;
const lookMs = 2;

function mountFileSystem({ source, fstype, options, mountPoint }: Storage): void {
  mkdirAll(mountPoint, 0o755);
  const parsed = parseMountOptions(options, mountPoint);
  mountWhenThere(() => mount(source, mountPoint, fstype, parsed.flags, parsed.data));
  for (const flags of parsed.propagation) setMountFlags(mountPoint, flags);
}

/**
 * A mount of the host's is mounted in the share when somebody comes to it, in his mount namespace alone: so here, for all. What came that
 * way at the source goes again, or the host's could not be given back when the bind has gone.
 */
function mountAgain(storage: Storage): void {
  mountFileSystem(storage);
  if (!storage.source.startsWith(`${guestShare}/`)) return;
  try {
    unmountLazily(storage.source);
  } catch (error) {
    if (!isErrno(error, "EINVAL")) throw error; // a plain directory of the share
  }
}

/** The kernel has not finished with a device that was plugged into a clone: there is none yet, or no such tag. */
function mountWhenThere(attempt: () => void): void {
  for (let looks = 1; ; looks++) {
    try {
      attempt();
      return;
    } catch (error) {
      if (!isErrno(error, "ENODEV", "EINVAL", "ENXIO", "ENOENT") || looks === mostLooks) throw error;
      sleepBlocking(lookMs);
    }
  }
}

/** A tmpfs (or hugetlbfs); its option `fsgid=` gives the directory to a group that may write. */
function mountEphemeral(storage: Storage): void {
  if (storage.fstype === "hugetlbfs") takeHugePages(storage.options);
  const group = storage.options.find((option) => option.startsWith("fsgid="))?.slice("fsgid=".length);
  mountFileSystem({
    ...storage,
    fstype: storage.fstype || "tmpfs",
    options: storage.options.filter((option) => !option.startsWith("fsgid=")),
  });
  if (group === undefined) return;
  chown(storage.mountPoint, 0, Number(group));
  chmod(storage.mountPoint, 0o2775);
}

/** A directory of the guest's own; its option `mode=` is octal. */
function makeDirectory({ options, mountPoint }: Storage): void {
  const mode = options.find((option) => option.startsWith("mode="))?.slice("mode=".length) ?? "0755";
  mkdirAll(mountPoint, 0o755);
  chmod(mountPoint, Number.parseInt(mode, 8) & 0o7777);
}
