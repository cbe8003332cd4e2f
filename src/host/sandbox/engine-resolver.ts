/**
 * Docker's name server listens on a loopback that the guest does not have. When a container's resolv.conf names it the guest
 * gets one at the same address that asks through this process.
 */
import { chainMessage } from "../../base/fault.ts";
import type { Logger } from "../../base/log.ts";
import { decodeUtf8 } from "../../base/text.ts";
import { within } from "../../base/timers.ts";
import type { Mount } from "../../oci/spec.ts";
import { engineResolver } from "../../protocol/engine-resolver.ts";
import { featureNameServer } from "../../protocol/features.ts";
import { readFromStart } from "../../sys/descriptor.ts";
import { close, fstat, isRegular, O, open } from "../../sys/file.ts";
import type { EventLoop } from "../../sys/loop.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { Agent } from "../agent/agent.ts";
import type { MountTrees } from "./shared-paths.ts";

export interface ResolverDependencies {
  readonly loop: EventLoop;
  readonly logger: Logger;
  /** Runs `work` in the pod's network namespace; undefined: there is none. */
  readonly enter: () => ((work: () => Fd) => Fd) | undefined;
}

const resolvConf = "/etc/resolv.conf";
const longestFile = 4096;
/** The guest's server is there within some milliseconds of a quiet host. */
const readyMs = 10_000;

export class EngineResolver {
  readonly #deps: ResolverDependencies;
  /** What containers have at /etc/resolv.conf: engines write into these files while a container runs. */
  readonly #files = new Set<Fd>();
  #relay: Promise<void> | undefined;

  constructor(deps: ResolverDependencies) {
    this.#deps = { ...deps, logger: deps.logger.with({ source: "network" }) };
  }

  /** Before the mounts get their places, of which they are taken over. What is returned forgets the container. */
  add(mounts: readonly Mount[], trees: MountTrees): () => void {
    const index = mounts.findLastIndex(({ destination }) => destination === resolvConf);
    const tree = trees.mounts.get(index);
    const fd = tree === undefined ? undefined : openRegular(tree);
    if (fd === undefined) return () => {};
    this.#files.add(fd);
    return () => {
      if (this.#files.delete(fd)) close(fd);
    };
  }

  /** The guest's server is there when this resolves, if a container needs it; a failure is a warning. */
  async look(agent: Agent): Promise<void> {
    this.#relay ??= this.#isNamed() ? this.#begin(agent) : undefined;
    await this.#relay;
  }

  #isNamed(): boolean {
    const buffer = new Uint8Array(longestFile);
    return [...this.#files].some((fd) => namesEngineResolver(decodeUtf8(buffer.subarray(0, readFromStart(fd, buffer)))));
  }

  async #begin(agent: Agent): Promise<void> {
    const { loop, logger } = this.#deps;
    const enter = this.#deps.enter();
    if (!enter) return;
    const fail = (why: string): void => logger.warning(`name server ${engineResolver.text} in the guest: ${why}`);
    if (!agent.details.extraFeatures.includes(featureNameServer)) return fail("this guest's agent has none");
    try {
      const { relayNames } = await import("../network/name-relay.ts");
      const stream = await agent.dialNameServer();
      const ready = new Promise<void>((resolve) => {
        const onReady = (why: string | undefined): void => {
          if (why !== undefined) fail(why);
          resolve();
        };
        relayNames({ loop, stream, enter, onReady })
          .catch((error: unknown) => logger.debug(`the relay of names is over: ${chainMessage(error)}`))
          .finally(() => {
            stream.close();
            resolve();
          });
      });
      if (!(await within(loop, readyMs, ready))) fail(`not ready after ${readyMs} ms`);
    } catch (error) {
      fail(chainMessage(error));
    }
  }
}

/** resolv.conf(5). */
export function namesEngineResolver(text: string): boolean {
  return text.split("\n").some((line) => {
    const [keyword, address] = line.trim().split(/\s+/);
    return keyword === "nameserver" && address === engineResolver.text;
  });
}

function openRegular(tree: Fd): Fd | undefined {
  if (!isRegular(fstat(tree))) return undefined; // a fifo would have something to wait for
  return open(`/proc/self/fd/${tree}`, O.RDONLY | O.NONBLOCK);
}
