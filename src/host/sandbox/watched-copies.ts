/**
 * Small volumes that Kubernetes changes while they are used: ConfigMaps, Secrets, what is projected of them. virtio-fs cannot tell
 * a guest that a file of the host's has changed, and programs wait for that by inotify. So the guest has copies in its own memory,
 * and here the host's directories are watched: what changes is copied again, in the order in which kubelet did it.
 */
import { chainMessage, hasCode } from "../../base/fault.ts";
import type { Logger } from "../../base/log.ts";
import { isReadOnly } from "../../oci/read-only.ts";
import type { Mount } from "../../oci/spec.ts";
import { guestCopies } from "../../protocol/guest-paths.ts";
import { duplicate } from "../../sys/descriptor.ts";
import { close, fstat, isDirectory } from "../../sys/file.ts";
import { drainInotify, isInotifyLimit, openInotify, watchDirectory } from "../../sys/inotify.ts";
import { EPOLL, type EventLoop, type Watch } from "../../sys/loop.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { Agent } from "../agent/agent.ts";
import { changeBetween, type Known, type Look, lookAt } from "../share/volume-look.ts";
import { copyEntry } from "./copied-files.ts";

const kubernetesVolume = /\/kubernetes\.io~(?:configmap|secret|projected|downward-api)\/[^/]+\/?$/;

/** By kubelet's names for their directories, as in Kata. One that may be written to is shared. */
export function isWatchable({ source = "", options }: Mount): boolean {
  return isReadOnly(options) && kubernetesVolume.test(source);
}

interface Volume {
  readonly path: string;
  /** Ours; absent once it is closed. */
  tree: Fd | undefined;
  known: Look<Known>;
  /** What is done to it, one after the other. */
  work: Promise<void>;
  waiting: boolean;
}

export interface WatchedCopiesDependencies {
  readonly agent: Agent;
  readonly loop: EventLoop;
  readonly logger: Logger;
}

/** Changes come in bursts. */
const settleMs = 20;
/** So often is a volume looked at that changes under our hands, before it is shared instead. */
const firstLooks = 20;

export class WatchedCopies {
  readonly #deps: WatchedCopiesDependencies;
  readonly #volumes = new Map<string, Volume>();
  #inotify: { readonly fd: Fd; readonly watch: Watch } | undefined;
  #settling = false;

  constructor(deps: WatchedCopiesDependencies) {
    this.#deps = deps;
  }

  /** The path in the guest; undefined when it has to be shared: it is no small directory, or the host watches no more. `tree` stays the caller's. */
  async add(name: string, tree: Fd): Promise<string | undefined> {
    if (!isDirectory(fstat(tree))) return undefined;
    const volume: Volume = {
      path: `${guestCopies}/${name}`,
      tree: duplicate(tree),
      known: new Map(),
      work: Promise.resolve(),
      waiting: false,
    };
    this.#volumes.set(name, volume);
    try {
      for (let i = 0; i < firstLooks; i++) {
        if (await this.#bring(volume)) {
          this.#enqueue(volume); // what has changed meanwhile
          return volume.path;
        }
        await this.#settled();
      }
      throw new Error("it changes all the time");
    } catch (error) {
      this.remove(name);
      if (!isInotifyLimit(error) && !hasCode(error, "unsupported")) throw error;
      this.#deps.logger.warning(`${name}: is shared, programs that watch it hear of no change: ${chainMessage(error)}`);
      return undefined;
    }
  }

  /** Whether the container has some. */
  has(containerId: string): boolean {
    return [...this.#volumes.keys()].some((name) => name.startsWith(`${containerId}/`));
  }

  /** The agent lets go of a container's copies with the container. */
  remove(name: string): void {
    const volume = this.#volumes.get(name);
    if (!volume) return;
    this.#volumes.delete(name);
    if (volume.tree !== undefined) close(volume.tree);
    volume.tree = undefined;
    if (this.#volumes.size > 0 || !this.#inotify) return;
    this.#inotify.watch.stop();
    close(this.#inotify.fd);
    this.#inotify = undefined;
  }

  /** One for all: a user has few. It does not say which volume it was, which is quickly seen. */
  #open(): Fd {
    if (!this.#inotify) {
      const fd = openInotify();
      this.#inotify = { fd, watch: this.#deps.loop.watch(fd, EPOLL.in, () => this.#onChange(fd), { background: true }) };
    }
    return this.#inotify.fd;
  }

  #onChange(inotify: Fd): void {
    drainInotify(inotify);
    if (this.#settling) return;
    this.#settling = true;
    void this.#settled().then(() => {
      this.#settling = false;
      for (const volume of this.#volumes.values()) this.#enqueue(volume);
    });
  }

  #settled(): Promise<void> {
    return new Promise((resolve) => void this.#deps.loop.after(settleMs, resolve));
  }

  #enqueue(volume: Volume): void {
    if (volume.waiting) return;
    volume.waiting = true;
    volume.work = volume.work.then(async () => {
      volume.waiting = false;
      try {
        if (await this.#bring(volume)) return;
        await this.#settled();
        this.#enqueue(volume);
      } catch (error) {
        this.#deps.logger.warning(`${volume.path}: what has changed on the host is not in the guest: ${chainMessage(error)}`);
      }
    });
  }

  /** Brings the guest what has changed; false when it has to be looked at again. */
  async #bring(volume: Volume): Promise<boolean> {
    const { tree, path, known } = volume;
    if (tree === undefined) return true;
    const inotify = this.#open();
    const look = lookAt(tree, known, (below) => watchDirectory(inotify, `/proc/self/fd/${tree}/${below === "" ? "." : below}`));
    if (!look) return false;
    const { agent } = this.#deps;
    const { copies, replaced, gone } = changeBetween(known, look);
    const place = (below: string): string => (below === "" ? path : `${path}/${below}`);
    const remove = (below: string) => agent.api.copyFile({ path: place(below), gone: true });
    for (const each of replaced) await remove(each);
    for (const each of copies) await copyEntry(agent, place(each.path), each);
    for (const each of gone) await remove(each);
    volume.known = new Map([...look].map(([below, { facts, state }]) => [below, { path: below, facts, state }]));
    return true;
  }
}
