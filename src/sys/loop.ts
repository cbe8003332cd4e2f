/**
 * The event loop: descriptors in epoll, timers, child processes by pidfd, signals by signalfd. One a process; a forked
 * child makes its own. The native main program turns it between rounds of promise jobs.
 */
import { chainMessage } from "../base/fault.ts";
import type { Timers } from "../base/timers.ts";
import { close } from "./file.ts";
import { floor, raw } from "./native.ts";
import { openPid, reap } from "./process.ts";
import { check, type Fd, restart } from "./syscall.ts";

export const EPOLL = { in: 1, out: 4, err: 8, hup: 16, rdhup: 0x2000 } as const;

const add = 1;
const remove = 2;
const modify = 3;
const eventBytes = 12; // struct epoll_event is packed on x86_64, padded to 16 elsewhere
const batch = 32;

export interface Watch {
  /** EPOLL bits to wait for from now on; 0 waits for errors and hang-up only. */
  change(events: number): void;
  /** Whether it keeps the process alive by itself, as it does unless it began in the background. */
  keepAlive(on: boolean): void;
  /** Forgets the descriptor; the caller closes it afterwards. Idempotent. */
  stop(): void;
}

interface Watched {
  readonly fd: Fd;
  events: number;
  readonly onReady: (events: number) => void;
  /** A regular file, which epoll refuses: always ready. */
  readonly always: boolean;
  keepsAlive: boolean;
}

interface Timer {
  readonly at: number;
  readonly fn: () => void;
}

export class EventLoop implements Timers {
  readonly #epoll: Fd;
  readonly #watched = new Map<number, Watched>();
  readonly #timers: Timer[] = []; // soonest last
  readonly #buffer: Uint8Array;
  readonly #view: DataView;
  readonly #eventBytes = floor().architecture === "x86_64" ? eventBytes : 16;
  readonly #event = new Uint8Array(16);
  readonly #eventWords = new Uint32Array(this.#event.buffer);
  readonly #rejections = new Map<object, unknown>();
  #stopped = false;

  readonly #onDry: (() => void) | undefined;

  /**
   * @param onUncaught hears of errors that nobody caught; it decides whether the process goes on.
   * @param onDry hears when nothing is left that could wake the process, which ends with exit code 0 then unless this ends it.
   */
  constructor(onUncaught: (error: unknown) => void, { onDry }: { readonly onDry?: () => void } = {}) {
    this.#onDry = onDry;
    this.#epoll = check(raw("epoll_create1", 0o2000000), "epoll_create") as Fd;
    this.#buffer = new Uint8Array(this.#eventBytes * batch);
    this.#view = new DataView(this.#buffer.buffer);
    floor().onRejection((promise, reason, handled) => {
      if (handled) this.#rejections.delete(promise);
      else this.#rejections.set(promise, reason);
    });
    floor().onPoll(() => {
      try {
        if (this.#rejections.size > 0) {
          const reasons = [...this.#rejections.values()];
          this.#rejections.clear();
          for (const reason of reasons) onUncaught(reason);
        }
        return this.#turn();
      } catch (error) {
        onUncaught(error);
        return !this.#stopped;
      }
    });
  }

  /** Makes the process end (with exit code 0) after the present round instead of waiting for more. */
  stop(): void {
    this.#stopped = true;
  }

  nowMs(): number {
    return monotonicMs();
  }

  after(ms: number, fn: () => void): () => void {
    const timer = { at: monotonicMs() + Math.max(0, ms), fn };
    let i = this.#timers.length;
    while (i > 0 && (this.#timers[i - 1] as Timer).at <= timer.at) i--;
    this.#timers.splice(i, 0, timer);
    return () => {
      const at = this.#timers.indexOf(timer);
      if (at >= 0) this.#timers.splice(at, 1);
    };
  }

  /**
   * Calls `onReady` with EPOLL bits while the descriptor is ready (level-triggered).
   * `background`: does not keep the process alive by itself.
   */
  watch(fd: Fd, events: number, onReady: (events: number) => void, options: { background?: boolean } = {}): Watch {
    const result = this.#control(add, fd, events);
    if (result < 0 && result !== -1) check(result, "watch", `fd ${fd}`);
    const watched: Watched = { fd, events, onReady, always: result === -1, keepsAlive: !options.background };
    this.#watched.set(fd, watched);
    return {
      change: (wanted) => {
        if (this.#watched.get(fd) !== watched || watched.events === wanted) return;
        watched.events = wanted;
        if (!watched.always) check(this.#control(modify, fd, wanted), "watch", `fd ${fd}`);
      },
      keepAlive: (on) => {
        watched.keepsAlive = on;
      },
      stop: () => {
        if (this.#watched.get(fd) !== watched) return;
        this.#watched.delete(fd);
        if (!watched.always) this.#control(remove, fd, 0);
      },
    };
  }

  /** The exit code (128 + signal) of a child, reaped. */
  childExit(pid: number): Promise<number> {
    const fd = openPid(pid);
    return new Promise((resolve) => {
      const watch = this.watch(fd, EPOLL.in, () => {
        watch.stop();
        close(fd);
        resolve(reap(pid, true) as number);
      });
    });
  }

  /** Resolves when a process that is not our child (or is, unreaped) has ended. */
  processGone(pidfd: Fd): { readonly gone: Promise<void>; stop(): void } {
    let watch: Watch | undefined;
    const gone = new Promise<void>((resolve) => {
      watch = this.watch(pidfd, EPOLL.in, () => {
        watch?.stop();
        resolve();
      });
    });
    return { gone, stop: () => watch?.stop() };
  }

  #control(operation: number, fd: Fd, events: number): number {
    this.#eventWords[0] = events;
    this.#eventWords[this.#eventBytes === eventBytes ? 1 : 2] = fd;
    return raw("epoll_ctl", this.#epoll, operation, fd, this.#event);
  }

  #turn(): boolean {
    if (this.#stopped) return false;
    if (!this.#alive()) {
      this.#onDry?.();
      return false;
    }
    let ready = false;
    for (const w of this.#watched.values()) if (w.always && w.events !== 0) ready = true;
    const count = raw("epoll_pwait", this.#epoll, this.#buffer, batch, ready ? 0 : this.#timeout(), null, 8);
    if (count < 0 && count !== -4) check(count, "epoll_wait");
    for (let i = 0; i < count; i++) {
      const at = i * this.#eventBytes;
      const fd = this.#view.getUint32(at + (this.#eventBytes === eventBytes ? 4 : 8), true);
      this.#watched.get(fd)?.onReady(this.#view.getUint32(at, true));
    }
    if (ready) for (const w of [...this.#watched.values()]) if (w.always && w.events !== 0) w.onReady(w.events);
    this.#runTimers();
    return !this.#stopped;
  }

  #alive(): boolean {
    if (this.#timers.length > 0) return true;
    for (const w of this.#watched.values()) if (w.keepsAlive) return true;
    return false;
  }

  #timeout(): number {
    const next = this.#timers[this.#timers.length - 1];
    return next ? Math.max(0, Math.ceil(next.at - monotonicMs())) : -1;
  }

  #runTimers(): void {
    if (this.#timers.length === 0) return;
    const now = monotonicMs();
    for (;;) {
      const next = this.#timers[this.#timers.length - 1];
      if (!next || next.at > now) return;
      this.#timers.pop();
      next.fn();
    }
  }
}

let clockBuffer: Uint8Array | undefined;

function clock(id: number): DataView {
  clockBuffer ??= new Uint8Array(16);
  check(raw("clock_gettime", id, clockBuffer), "clock_gettime");
  return new DataView(clockBuffer.buffer);
}

const seconds = (view: DataView): number => view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;

export function monotonicMs(): number {
  const view = clock(1);
  return seconds(view) * 1000 + view.getUint32(8, true) / 1e6;
}

/** Wall clock in nanoseconds since 1970. */
export function wallClockNs(): bigint {
  const view = clock(0);
  return BigInt(seconds(view)) * 1_000_000_000n + BigInt(view.getUint32(8, true));
}

export function setWallClock(secondsSinceEpoch: number, nanoseconds: number): void {
  const time = new BigUint64Array([BigInt(secondsSinceEpoch), BigInt(nanoseconds)]);
  check(raw("clock_settime", 0, new Uint8Array(time.buffer)), "clock_settime");
}

/** Blocks this process; for forked children and tests, never for a process with a loop to turn. */
export function sleepBlocking(ms: number): void {
  const epoll = check(raw("epoll_create1", 0o2000000), "epoll_create") as Fd;
  raw("epoll_pwait", epoll, new Uint8Array(16), 1, ms, null, 8);
  close(epoll);
}

/** Takes signals out of the program's way and gives them to `onSignal` (number) instead. */
export function watchSignals(loop: EventLoop, signals: readonly number[], onSignal: (signal: number) => void): Watch {
  let set = 0n;
  for (const n of signals) set |= 1n << BigInt(n - 1);
  const mask = new Uint8Array(new BigUint64Array([set]).buffer);
  check(raw("rt_sigprocmask", 0, mask, null, 8), "block signals");
  const fd = check(raw("signalfd4", -1, mask, 8, 0o2004000), "signalfd") as Fd;
  const info = new Uint8Array(128);
  const watch = loop.watch(
    fd,
    EPOLL.in,
    () => {
      while (restart("read", fd, info, info.length) === info.length) onSignal(new DataView(info.buffer).getUint32(0, true));
    },
    { background: true },
  );
  return {
    change: watch.change,
    keepAlive: watch.keepAlive,
    stop: () => {
      watch.stop();
      close(fd);
    },
  };
}

/** One line for a log: what nobody caught, with its trace. */
export function describeUncaught(error: unknown): string {
  return `${chainMessage(error)}${error instanceof Error && error.stack ? `\n${error.stack}` : ""}`;
}
