/** Descriptors that travel with a request: the request names them, in their order. */
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { close } from "../../sys/file.ts";
import type { FdStream } from "../../sys/stream.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { ProcessEnds } from "./process-ends.ts";
import type { MountTrees } from "./shared-paths.ts";

export const descriptorName = {
  standin: "stand-in",
  stdin: "stdin",
  stdout: "stdout",
  stderr: "stderr",
  streamsEnd: "streams-end",
  rootfs: "rootfs",
  network: "network",
  mount: (index: number): string => `mount:${index}`,
  disk: (index: number): string => `disk:${index}`,
  /** Descriptor 3 + `index` of the process. */
  passed: (index: number): string => `passed:${index}`,
} as const;

/** The caller's from now on. */
function takeAnnounced(stream: FdStream, count: number): Fd[] {
  const fds = stream.takeDescriptors(count);
  if (!fds) throw new RpcError(rpcCode.invalidArgument, `descriptors: ${count} were announced, fewer arrived`);
  return fds;
}

export class Descriptors {
  readonly #byName: Map<string, Fd>;

  /** Takes from the connection what `names` announces. */
  constructor(stream: FdStream, names: readonly string[]) {
    const fds = takeAnnounced(stream, names.length);
    this.#byName = new Map(names.map((name, i) => [name, fds[i] as Fd]));
    if (this.#byName.size !== names.length) {
      for (const fd of fds) close(fd);
      throw new RpcError(rpcCode.invalidArgument, "descriptors: a name was announced twice");
    }
  }

  /** Now the caller's. */
  takeEnds(): ProcessEnds {
    const [standin, stdin, stdout, stderr, streamsEnd] = [
      this.#take(descriptorName.standin),
      this.#take(descriptorName.stdin),
      this.#take(descriptorName.stdout),
      this.#take(descriptorName.stderr),
      this.#take(descriptorName.streamsEnd),
    ];
    return {
      ...(standin !== undefined && { standin }),
      ...(stdin !== undefined && { stdin }),
      ...(stdout !== undefined && { stdout }),
      ...(stderr !== undefined && { stderr }),
      ...(streamsEnd !== undefined && { streamsEnd }),
      passed: this.#takePassed(),
    };
  }

  #takePassed(): Fd[] {
    const passed: Fd[] = [];
    for (;;) {
      const fd = this.#take(descriptorName.passed(passed.length));
      if (fd === undefined) return passed;
      passed.push(fd);
    }
  }

  /** Now the caller's. */
  takeTrees(): MountTrees {
    const rootfs = this.#take(descriptorName.rootfs);
    const mounts = new Map<number, Fd>();
    for (const [name, fd] of this.#byName) {
      const index = /^mount:(\d+)$/.exec(name)?.[1];
      if (index !== undefined) mounts.set(Number(index), fd);
    }
    for (const index of mounts.keys()) this.#byName.delete(descriptorName.mount(index));
    return { ...(rootfs !== undefined && { rootfs }), mounts };
  }

  /** Stays with this. */
  disk(index: number): Fd {
    const fd = this.#byName.get(descriptorName.disk(index));
    if (fd === undefined) throw new RpcError(rpcCode.invalidArgument, `descriptors: ${descriptorName.disk(index)} is missing`);
    return fd;
  }

  /** Now the caller's; undefined when none came. */
  takeNetwork(): Fd | undefined {
    return this.#take(descriptorName.network);
  }

  /** Closes what nobody took. */
  close(): void {
    for (const fd of this.#byName.values()) close(fd);
    this.#byName.clear();
  }

  #take(name: string): Fd | undefined {
    const fd = this.#byName.get(name);
    this.#byName.delete(name);
    return fd;
  }
}
