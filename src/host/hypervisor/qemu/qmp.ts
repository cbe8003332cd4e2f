/** A client of QEMU's monitor over an inherited socket. */
import { deferred } from "../../../base/deferred.ts";
import { Fault } from "../../../base/fault.ts";
import type { ByteStream } from "../../../base/stream.ts";
import { decodeUtf8, encodeUtf8 } from "../../../base/text.ts";
import type { Timers } from "../../../base/timers.ts";
import type { Fd } from "../../../sys/syscall.ts";
import { type Json, type JsonObject, LineCutter, parseQmpMessage, type QmpMessage } from "./qmp-message.ts";

/** Events and the answers to our few commands have some hundred bytes. */
const longestLine = 1 << 20;

export interface QmpEvent {
  readonly name: string;
  readonly data: JsonObject;
}

export interface QmpOptions {
  readonly timers: Timers;
  readonly onEvent: (event: QmpEvent) => void;
  /** Makes the next write take descriptors along. */
  readonly attach?: (fds: readonly Fd[]) => void;
}

interface Waiter {
  resolve(value: Json): void;
  reject(error: unknown): void;
}

/** Starts reading at once; owns the stream. */
export class Qmp {
  /** Resolves when the connection is over: undefined when the monitor closed it, else what was wrong with it. */
  readonly closed: Promise<Fault | undefined>;
  readonly #stream: ByteStream;
  readonly #options: QmpOptions;
  readonly #waiting = new Map<string, Waiter>();
  readonly #greeting = deferred<string>();
  #lastId = 0;
  #over = false;

  constructor(stream: ByteStream, options: QmpOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#greeting.promise.catch(() => {}); // those who call greet() hear of it
    this.closed = this.#readAll();
  }

  /** Waits for the greeting and ends the negotiation; the version of QEMU. From then on commands are possible. */
  async greet(timeoutMs: number): Promise<string> {
    const cancel = this.#options.timers.after(timeoutMs, () => this.#greeting.reject(late("greeting", timeoutMs)));
    try {
      const version = await this.#greeting.promise;
      await this.execute("qmp_capabilities", undefined, { timeoutMs });
      return version;
    } finally {
      cancel();
    }
  }

  /** The command's answer. A Fault when QEMU refuses it (`code` its error class), the time runs out or the connection ends. */
  async execute(command: string, parameters?: JsonObject, options: { readonly timeoutMs?: number } = {}): Promise<Json> {
    const { timeoutMs = 10_000 } = options;
    if (this.#over) throw gone(command);
    const id = String(++this.#lastId);
    const answer = deferred<Json>();
    this.#waiting.set(id, answer);
    const cancel = this.#options.timers.after(timeoutMs, () => answer.reject(late(command, timeoutMs)));
    const text = JSON.stringify({ execute: command, ...(parameters && { arguments: parameters }), id });
    try {
      const [value] = await Promise.all([answer.promise, this.#stream.write(encodeUtf8(`${text}\n`))]);
      return value;
    } catch (cause) {
      throw new Fault(`monitor command ${command}`, { component: "qemu", cause });
    } finally {
      cancel();
      this.#waiting.delete(id);
    }
  }

  /** Gives QEMU a descriptor, which commands then know by `name`; ours stays open. */
  async passDescriptor(name: string, fd: Fd): Promise<void> {
    await this.#executeWith(fd, "getfd", { fdname: name });
  }

  /** Gives QEMU a descriptor that it opens as `/dev/fdset/SET`; ours stays open. */
  async addToSet(set: number, fd: Fd): Promise<void> {
    await this.#executeWith(fd, "add-fd", { "fdset-id": set });
  }

  async #executeWith(fd: Fd, command: string, parameters: JsonObject): Promise<void> {
    if (!this.#options.attach) throw new Fault("monitor: its connection takes no descriptors", { component: "qemu" });
    this.#options.attach([fd]);
    await this.execute(command, parameters);
  }

  close(): void {
    this.#stream.close();
  }

  async #readAll(): Promise<Fault | undefined> {
    const lines = new LineCutter(longestLine);
    let fault: Fault | undefined;
    try {
      for (let chunk = await this.#stream.read(); chunk !== undefined; chunk = await this.#stream.read())
        for (const line of lines.cut(chunk)) this.#dispatch(parseQmpMessage(decodeUtf8(line)));
    } catch (cause) {
      fault = cause instanceof Fault ? cause : new Fault("read monitor", { component: "qemu", cause });
    }
    this.#over = true;
    this.#stream.close();
    this.#greeting.reject(fault ?? gone("greeting"));
    for (const waiter of this.#waiting.values()) waiter.reject(fault ?? gone("connection"));
    return fault;
  }

  #dispatch(message: QmpMessage): void {
    if (message.kind === "greeting") this.#greeting.resolve(message.version);
    else if (message.kind === "event") this.#options.onEvent(message);
    else if (message.kind === "return") this.#waiter(message.id)?.resolve(message.value);
    else this.#waiter(message.id)?.reject(new Fault(message.description, { component: "qemu", code: message.class }));
  }

  /** Whose answer it is; nobody's when its time had run out. */
  #waiter(id: Json | undefined): Waiter | undefined {
    return typeof id === "string" ? this.#waiting.get(id) : undefined;
  }
}

const late = (what: string, timeoutMs: number): Fault =>
  new Fault(`no answer (${what}) within ${timeoutMs / 1000} s`, { component: "qemu", code: "deadline-exceeded" });
const gone = (what: string): Fault => new Fault(`monitor closed before ${what}`, { component: "qemu", code: "closed" });
