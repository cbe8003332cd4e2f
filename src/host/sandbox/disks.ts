/** The disks of the machine: each is plugged in once, however many containers of the pod use it. */
import { chainMessage, Fault } from "../../base/fault.ts";
import type { Logger } from "../../base/log.ts";
import { guestVolume } from "../../protocol/guest-paths.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { close } from "../../sys/file.ts";
import type { Fd } from "../../sys/syscall.ts";
import { diskIdentity, openImage } from "../disk/image.ts";
import type { DiskAddress, DiskUse, HotPlug } from "../hypervisor/vm.ts";

export interface DiskWish {
  /** Opened with O_PATH; stays the caller's. */
  readonly place: Fd;
  /** For messages. */
  readonly path: string;
  readonly readOnly: boolean;
  readonly use: DiskUse;
}

export interface PluggedDisk {
  /** The same for all who use the disk. */
  readonly name: string;
  readonly address: DiskAddress;
  readonly readOnly: boolean;
  /** The last one who lets go unplugs it. */
  release(): Promise<void>;
}

interface Plugged {
  /** As the first who used it called it. */
  readonly path: string;
  readonly use: DiskUse;
  bytes: number;
  readonly name: string;
  readonly readOnly: boolean;
  readonly address: Promise<DiskAddress>;
  users: number;
}

export class Disks {
  readonly #logger: Logger;
  readonly #plugged = new Map<string, Plugged>();
  #lastNumber = 0;

  constructor(logger: Logger) {
    this.#logger = logger.with({ source: "disk" });
  }

  async plug(wish: DiskWish, hotplug: HotPlug | undefined): Promise<PluggedDisk> {
    if (!hotplug)
      throw new Fault(`disk ${wish.path}: this VMM cannot add disks to a machine that runs`, { component: "disk", code: "unsupported" });
    const key = `${diskIdentity(wish.place)} ${wish.use}`;
    const there = this.#plugged.get(key);
    if (there?.readOnly && !wish.readOnly)
      throw new Fault(`disk ${wish.path}: another container of the pod has it read-only, this one wants to write`, {
        component: "disk",
        code: "EBUSY",
      });
    const disk = there ?? this.#add(wish, hotplug);
    disk.users++;
    this.#plugged.set(key, disk);
    try {
      const { name, readOnly } = disk;
      return { name, readOnly, address: await disk.address, release: () => this.#release(key, disk, hotplug) };
    } catch (error) {
      if (this.#plugged.get(key) === disk) this.#plugged.delete(key);
      throw error;
    }
  }

  /** Where the guest has mounted a volume. Throws `not-found` for what is no volume of this machine. */
  guestPath(path: string): string {
    return guestVolume(this.#volume(path).name);
  }

  /** For a file system that is mounted meanwhile: it never gets smaller. */
  async grow(path: string, bytes: number, hotplug: HotPlug | undefined): Promise<void> {
    const disk = this.#volume(path);
    if (disk.readOnly || bytes < disk.bytes) {
      const why = disk.readOnly ? "it is read-only" : `it has ${disk.bytes} bytes and cannot become smaller`;
      throw new Fault(`resize volume ${path} to ${bytes} bytes: ${why}`, { component: "disk", code: "invalid-option" });
    }
    await hotplug?.resizeDisk(disk.name, bytes);
    disk.bytes = bytes;
  }

  #volume(path: string): Plugged {
    const found = [...this.#plugged.values()].find((disk) => disk.path === path && disk.use === "mounted");
    if (!found) throw new RpcError(rpcCode.notFound, `volume ${path}: not in this machine`);
    return found;
  }

  #add({ place, path, readOnly, use }: DiskWish, hotplug: HotPlug): Plugged {
    const name = `disk${this.#lastNumber++}`;
    const image = openImage(place, path, readOnly);
    const device = { kind: "disk", id: name, image: image.fd, blockDevice: image.blockDevice, readOnly } as const;
    const address = hotplug
      .addDisk(device, use)
      .catch((cause: unknown) => {
        throw new Fault(`disk ${path}`, { component: "disk", cause });
      })
      .finally(() => close(image.fd));
    address.catch(() => {}); // whoever asked for it hears of it
    return { name, path, use, readOnly, bytes: image.bytes, address, users: 0 };
  }

  async #release(key: string, disk: Plugged, hotplug: HotPlug): Promise<void> {
    if (--disk.users > 0) return;
    this.#plugged.delete(key);
    await hotplug.removeDisk(disk.name).catch((error: unknown) => this.#logger.warning(chainMessage(error)));
  }
}
