/** The sandbox process's end of a stand-in's socket (native/standin.c): signals and sizes come in, the exit status goes out. */
import { close } from "../../sys/file.ts";
import { EPOLL, type EventLoop, type Watch } from "../../sys/loop.ts";
import { receiveMessage, sendMessage } from "../../sys/socket.ts";
import type { Fd } from "../../sys/syscall.ts";

const messageSignal = 1;
const messageResize = 2;
const messageExit = 3;
const messageBytes = 12; // three u32

export interface StandinEvents {
  onSignal(signal: number): void;
  onResize(rows: number, columns: number): void;
  /** The stand-in has ended without having been told to: kill -9. */
  onGone(): void;
}

export class StandinLink {
  readonly #fd: Fd;
  readonly #watch: Watch;
  #open = true;

  /** Takes the descriptor over. */
  constructor(loop: EventLoop, fd: Fd, events: StandinEvents) {
    this.#fd = fd;
    this.#watch = loop.watch(fd, EPOLL.in, () => this.#receive(events));
  }

  /** Makes the stand-in exit with `status`. Idempotent. */
  exit(status: number): void {
    if (!this.#open) return;
    const words = new Uint32Array([messageExit, status, 0]);
    try {
      sendMessage(this.#fd, new Uint8Array(words.buffer));
    } catch {
      // it was killed in this very moment: it has its status
    }
    this.#close();
  }

  #close(): void {
    this.#open = false;
    this.#watch.stop();
    close(this.#fd);
  }

  #receive(events: StandinEvents): void {
    const buffer = new Uint8Array(messageBytes);
    let length: number | undefined;
    try {
      length = receiveMessage(this.#fd, buffer)?.length;
    } catch {
      length = 0; // ECONNRESET: killed with messages of ours unread
    }
    if (length === undefined) return;
    if (length !== messageBytes) {
      this.#close();
      events.onGone();
      return;
    }
    const view = new DataView(buffer.buffer);
    const type = view.getUint32(0, true);
    if (type === messageSignal) events.onSignal(view.getUint32(4, true));
    else if (type === messageResize) events.onResize(view.getUint32(4, true), view.getUint32(8, true));
  }
}
