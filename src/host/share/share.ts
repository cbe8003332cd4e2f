/** The host's files in the guest, by virtio-fs: a directory of mounts, and the daemon that shows it. */
import { Cleanup } from "../../base/cleanup.ts";
import { Fault } from "../../base/fault.ts";
import type { Logger } from "../../base/log.ts";
import { drainInto, OutputTail } from "../../base/output-tail.ts";
import type { ProbeMemory } from "../../base/remembered.ts";
import { within } from "../../base/timers.ts";
import { guestShare, shareTag } from "../../protocol/guest-paths.ts";
import { killSession } from "../../sys/captured.ts";
import { type Child, startChild } from "../../sys/child.ts";
import { pipe, setNonBlocking } from "../../sys/descriptor.ts";
import { close, unlink } from "../../sys/file.ts";
import type { EventLoop } from "../../sys/loop.ts";
import { raiseOpenFileLimit, SIGKILL } from "../../sys/process.ts";
import { connectUnix, listenUnix } from "../../sys/socket.ts";
import { FdStream } from "../../sys/stream.ts";
import type { Fd } from "../../sys/syscall.ts";
import { type DaemonOptions, daemonArguments } from "./daemon-arguments.ts";
import { hasTimeout } from "./daemon-kind.ts";
import { ShareTree } from "./share-tree.ts";

/** What a VM needs to have the share; the shape of the hypervisor's ShareDevice. */
export interface ShareSocket {
  readonly kind: "share";
  readonly id: string;
  readonly tag: string;
  /** Connected to the daemon. Stays the share's. */
  readonly socket: Fd;
}

export interface DaemonExit {
  /** Exit code, or 128 + signal. */
  readonly code: number;
  /** The daemon's last words. */
  readonly stderr: string;
}

export interface ShareOptions extends DaemonOptions {
  readonly loop: EventLoop;
  readonly logger: Logger;
  /** Where the share is mounted, in the mount namespace of this process; made when it is missing, and left: others mount theirs there. */
  readonly directory: string;
  /** Of what kind the daemon is. */
  readonly memory: ProbeMemory;
}

export interface Share {
  readonly device: ShareSocket;
  /** The daemon's. */
  readonly pid: number;
  /** Resolves once, when the daemon has ended, whoever ended it. */
  readonly exited: Promise<DaemonExit>;
  /**
   * Puts a detached mount (sys/mount.ts, cloneMount) of a directory or a file at `name`, one to four plain names joined by
   * slashes; the path it has in the guest. The descriptor stays the caller's. Use a new name each time: the guest keeps
   * for a second that a name was not there.
   */
  add(name: string, tree: Fd, options: { readonly readOnly: boolean }): string;
  /** Takes what is at `name` away, whoever still uses it in the guest. Nothing there is fine. */
  remove(name: string): void;
  /** Why something failed that needs the share: the daemon's end when it has ended, else `error` itself. */
  explain(error: unknown): Promise<unknown>;
  /** Ends the daemon and takes everything away. Idempotent. */
  stop(): Promise<void>;
}

const lastWordsMs = 300;

/** This process must have a mount namespace of its own, from which nothing propagates out. Leaves nothing when it fails. */
export async function startShare(options: ShareOptions): Promise<Share> {
  const undo = new Cleanup();
  try {
    const tree = ShareTree.create(options.directory);
    undo.add("share directory", () => tree.remove());
    const listening = listenUnix(tree.socketPath, 1);
    undo.add("listening socket", () => close(listening));
    const socket = connectUnix(tree.socketPath);
    undo.add("socket", () => close(socket));
    unlink(tree.socketPath); // nobody else connects
    const timeout = options.cache === "auto" && (await hasTimeout(options.loop, options.program, options.memory));
    const argv = daemonArguments({ ...options, hasTimeout: timeout }, tree.source, daemonSocket);
    const share = new VirtioFsShare(options, tree, socket, startDaemon(options, argv, listening));
    undo.release();
    close(listening);
    return share;
  } catch (cause) {
    await undo.run();
    throw new Fault("start share", { component: "share", cause });
  }
}

interface Daemon {
  readonly child: Child;
  readonly exited: Promise<DaemonExit>;
}

/** The listening socket's descriptor in the daemon. */
const daemonSocket = 3;

function startDaemon(options: ShareOptions, argv: readonly string[], listening: Fd): Daemon {
  const { loop } = options;
  const [ours, theirs] = pipe();
  const words = new FdStream(loop, ours, { socket: false });
  try {
    setNonBlocking(ours);
    // the daemon holds a descriptor for each file that the guest knows. It raises its hard limit where it may, but where it
    // may not it would stay at the soft one, often 1024
    raiseOpenFileLimit();
    const fds = ["null", theirs, theirs, listening] as const;
    const child = startChild(loop, options.program, { argv, env: [], fds, cwd: "/", session: true, deathSignal: SIGKILL });
    const tail = new OutputTail();
    const drained = drainInto(tail, words);
    const exited = child.ended.then(async (code) => {
      await within(loop, lastWordsMs, drained);
      words.close();
      return { code, stderr: tail.text() };
    });
    return { child, exited };
  } catch (error) {
    words.close();
    throw error;
  } finally {
    close(theirs);
  }
}

class VirtioFsShare implements Share {
  readonly device: ShareSocket;
  readonly pid: number;
  readonly exited: Promise<DaemonExit>;
  readonly #options: ShareOptions;
  readonly #tree: ShareTree;
  #stopping: Promise<void> | undefined;
  /** Its pid may be another's by now. */
  #over = false;

  constructor(options: ShareOptions, tree: ShareTree, socket: Fd, daemon: Daemon) {
    this.device = { kind: "share", id: "share", tag: shareTag, socket };
    this.pid = daemon.child.pid;
    this.exited = daemon.exited;
    void daemon.child.ended.then(() => {
      this.#over = true;
    });
    this.#options = options;
    this.#tree = tree;
  }

  add(name: string, tree: Fd, { readOnly }: { readonly readOnly: boolean }): string {
    this.#tree.attach(name, tree, readOnly);
    return `${guestShare}/${name}`;
  }

  remove(name: string): void {
    if (!this.#stopping) this.#tree.detach(name);
  }

  async explain(error: unknown): Promise<unknown> {
    if (!(await within(this.#options.loop, lastWordsMs, this.exited))) return error;
    const { code, stderr } = await this.exited;
    const words = stderr === "" ? "it said nothing" : stderr.replaceAll("\n", "; ");
    return new Fault(`share files: ${this.#options.program} ended with code ${code}: ${words}`, {
      component: "share",
      code: "daemon-ended",
    });
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#end();
    return this.#stopping;
  }

  async #end(): Promise<void> {
    close(this.device.socket);
    if (!this.#over) killSession(this.pid); // with the one that it has started to serve; it keeps nothing that is not in the host's files
    const { code, stderr } = await this.exited;
    if (stderr !== "") this.#options.logger.debug(`share daemon ended: ${stderr}`, { source: "share", code });
    this.#tree.remove();
  }
}
