/** Starting the next sandbox in reserve: of nobody in particular, so it inherits nothing of this one. */
import { chainMessage } from "../../base/fault.ts";
import type { Logger } from "../../base/log.ts";
import { encodeUtf8 } from "../../base/text.ts";
import { memoryFile } from "../../sys/descriptor.ts";
import { close } from "../../sys/file.ts";
import type { EventLoop } from "../../sys/loop.ts";
import { ownProgram, spawn } from "../../sys/process.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { SandboxParameters } from "./parameters.ts";

/** Room in the command line for the id of the container that it will hold. */
export const titleWidth = 64;

/** Quiet time for the container that was just made. */
const delayMs = 200;

export class Refill {
  readonly #parameters: SandboxParameters;
  readonly #loop: EventLoop;
  readonly #logger: Logger;
  #cancel: (() => void) | undefined;

  constructor(parameters: SandboxParameters, loop: EventLoop, logger: Logger) {
    this.#parameters = parameters;
    this.#loop = loop;
    this.#logger = logger;
  }

  /** Once the present work is done. `cloned`: there is a template; without reserves nothing is to be made then. */
  soon(cloned: boolean): void {
    const { factory } = this.#parameters;
    if (!factory || (factory.reserves === 0 && cloned)) return;
    this.#cancel = this.#loop.after(delayMs, () => this.now());
  }

  /** At the latest before this process ends. Does nothing when it was done, or is not wanted. */
  now(): void {
    if (!this.#cancel) return;
    this.#cancel();
    this.#cancel = undefined;
    try {
      // a child of ours until this process ends, to be reaped
      void this.#loop.childExit(startReserve(this.#parameters));
    } catch (error) {
      this.#logger.warning(`start a sandbox in reserve: ${chainMessage(error)}`, { source: "factory" });
    }
  }
}

/**
 * Makes the template when it is missing, then a sandbox in reserve when one is wanted. It ends by itself when there are
 * enough already. What it inherits of this process it gets rid of first. `announce` is a pipe on which it tells how far
 * it is. Returns its pid.
 */
export function startReserve(parameters: SandboxParameters, announce?: Fd): number {
  const reserve: SandboxParameters = {
    ...parameters,
    role: "reserve",
    id: "reserve",
    hostname: "reserve",
    vm: { ...parameters.vm, name: "reserve" },
    ...(announce !== undefined && { announced: true }),
  };
  const file = memoryFile("kata-sandbox-parameters", encodeUtf8(JSON.stringify(reserve)));
  try {
    return spawn(ownProgram, {
      argv: ["kata-sandbox", "reserve".padEnd(titleWidth)],
      env: ["KATA_ROLE=sandbox"],
      fds: ["null", "null", "null", announce ?? "null", file],
      cwd: "/",
      session: true,
    });
  } finally {
    close(file);
  }
}
