/** Events on their way to containerd, in their order. One that cannot be delivered is tried again, then given up with a log line. */
import { chainMessage } from "../../base/fault.ts";
import type { Logger } from "../../base/log.ts";
import { sleep, within } from "../../base/timers.ts";
import { encodeAny } from "../../protocol/gen/google/any.ts";
import { EventsClient } from "../../protocol/gen/shim.ts";
import type { Client } from "../../protocol/service.ts";
import { connectTtrpc } from "../../protocol/ttrpc-client.ts";
import { memoryFile } from "../../sys/descriptor.ts";
import { close } from "../../sys/file.ts";
import { type EventLoop, wallClockNs } from "../../sys/loop.ts";
import { spawn } from "../../sys/process.ts";
import { connectUnix } from "../../sys/socket.ts";
import { FdStream } from "../../sys/stream.ts";
import { anyOf, timestamp } from "./any.ts";

export interface EventTarget {
  readonly namespace: string;
  /** Path of the socket that takes events; empty: `publishBinary` takes them. */
  readonly ttrpcAddress: string;
  readonly publishBinary: string;
  readonly address: string;
}

const callMs = 5000;
const mostTries = 6;
const mostWaiting = 2048;

interface Waiting {
  readonly topic: string;
  readonly type: string;
  readonly event: Uint8Array;
  readonly at: bigint;
}

export class EventPublisher {
  readonly #loop: EventLoop;
  readonly #logger: Logger;
  readonly #target: EventTarget;
  #waiting: Waiting[] = [];
  #client: { readonly api: Client<typeof EventsClient>; close(): void } | undefined;
  #sending: Promise<void> = Promise.resolve();
  #busy = false;

  constructor(loop: EventLoop, logger: Logger, target: EventTarget) {
    this.#loop = loop;
    this.#logger = logger;
    this.#target = target;
  }

  /** `name` without its package, e.g. `TaskExit`. */
  publish(topic: string, name: string, event: Uint8Array): void {
    this.#waiting.push({ topic, type: `containerd.events.${name}`, event, at: wallClockNs() });
    const over = this.#waiting.length - mostWaiting;
    if (over > 0) {
      this.#waiting.splice(0, over);
      this.#logger.warning(`${over} events given up: containerd takes none`);
    }
    if (this.#busy) return;
    this.#busy = true;
    this.#sending = this.#sendAll().finally(() => {
      this.#busy = false;
    });
  }

  /** Until all have been taken or given up, at most `ms`. */
  async drained(ms: number): Promise<void> {
    await within(this.#loop, ms, this.#sending);
  }

  async #sendAll(): Promise<void> {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      await this.#send(next);
      if (this.#waiting[0] === next) this.#waiting.shift();
    }
  }

  async #send(event: Waiting): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await (this.#target.ttrpcAddress === "" ? this.#run(event) : this.#forward(event));
        return;
      } catch (error) {
        this.#client?.close();
        this.#client = undefined;
        if (tries === mostTries) {
          this.#logger.warning(`event ${event.topic}: given up after ${tries} tries: ${chainMessage(error)}`);
          return;
        }
        if (tries > 1) await sleep(this.#loop, 1000 * (tries - 1)); // containerd may be on its way back
      }
    }
  }

  async #forward({ topic, type, event, at }: Waiting): Promise<void> {
    const { namespace } = this.#target;
    this.#client ??= this.#connect();
    const envelope = { timestamp: timestamp(at), namespace, topic, event: anyOf(type, event) };
    const metadata = [{ key: "containerd-namespace-ttrpc", value: namespace }];
    await this.#client.api.forward({ envelope }, { timeoutMs: callMs, metadata });
  }

  #connect(): { api: Client<typeof EventsClient>; close(): void } {
    const connection = connectTtrpc(new FdStream(this.#loop, connectUnix(this.#target.ttrpcAddress.replace(/^unix:\/\//, ""))), this.#loop);
    return { api: connection.client(EventsClient), close: () => connection.close() };
  }

  /** As containerd before 1.3 wants it. */
  async #run({ topic, type, event }: Waiting): Promise<void> {
    const { publishBinary, address, namespace } = this.#target;
    if (publishBinary === "" || address === "") {
      this.#logger.info(`event ${topic}: nobody takes events`);
      return;
    }
    const input = memoryFile("kata-event", encodeAny(anyOf(type, event)));
    try {
      const argv = [publishBinary, "--address", address, "publish", "--topic", topic, "--namespace", namespace];
      const pid = spawn(publishBinary, {
        argv,
        env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
        fds: [input, "null", "null"],
      });
      const code = await this.#loop.childExit(pid);
      if (code !== 0) throw new Error(`${publishBinary} publish: exit code ${code}`);
    } finally {
      close(input);
    }
  }
}
