/** The event loop: descriptors, timers, children, signals, and errors that nobody caught. */

import { encodeUtf8 } from "../../../src/base/text.ts";
import { sleep } from "../../../src/base/timers.ts";
import { memoryFile, pipe, setNonBlocking } from "../../../src/sys/descriptor.ts";
import { close, readInto, writeAll } from "../../../src/sys/file.ts";
import { EPOLL, EventLoop, monotonicMs, wallClockNs, watchSignals } from "../../../src/sys/loop.ts";
import { kill, processId, spawn } from "../../../src/sys/process.ts";
import { equal, finish, holds, throws } from "../checks.ts";

const closeOnExec = 0o2000000;
const sigusr1 = 10;
const uncaught: unknown[] = [];
const loop = new EventLoop((error) => {
  uncaught.push(error);
});

const order: string[] = [];
const started = monotonicMs();
loop.after(30, () => order.push("third"));
loop.after(5, () => order.push("first"));
const cancel = loop.after(8, () => order.push("never"));
loop.after(10, () => order.push("second"));
cancel();
cancel();
await sleep(loop, 40);
equal("timers by time, without the cancelled one", order, ["first", "second", "third"]);
holds("time has passed", monotonicMs() - started >= 40);

const [read, write] = pipe(closeOnExec);
setNonBlocking(read);
const buffer = new Uint8Array(16);
let wakeups = 0;
const firstBytes = new Promise<number>((resolve) => {
  const watch = loop.watch(read, EPOLL.in, () => {
    wakeups++;
    const n = readInto(read, buffer);
    watch.change(0);
    resolve(n);
  });
});
writeAll(write, encodeUtf8("four"));
equal("bytes that wait", await firstBytes, 4);
writeAll(write, encodeUtf8("more"));
await sleep(loop, 20);
equal("a watch changed to nothing is quiet", wakeups, 1);
throws("the same descriptor twice", /watch fd \d+: file exists/, () => loop.watch(read, EPOLL.in, () => {}));

const file = memoryFile("regular", encodeUtf8("x"));
let reads = 0;
await new Promise<void>((resolve) => {
  const watch = loop.watch(file, EPOLL.in, () => {
    reads++;
    if (reads < 3) return;
    watch.stop();
    watch.stop();
    resolve();
  });
});
equal("a regular file is always ready, until it is stopped", reads, 3);
close(file);

const codes = await Promise.all(
  [0, 7, 255].map((code) =>
    loop.childExit(spawn("/bin/sh", { argv: ["sh", "-c", `exit ${code}`], env: [], fds: ["null", "null", "null"] })),
  ),
);
equal("children end in any order", codes, [0, 7, 255]);

const signals: number[] = [];
const signalWatch = watchSignals(loop, [sigusr1], (signal) => signals.push(signal));
kill(processId(), sigusr1);
await sleep(loop, 10);
equal("a signal is an event", signals, [sigusr1]);
signalWatch.stop();

const lost = Promise.reject(new Error("nobody listens"));
await sleep(loop, 5);
equal("a rejection that nobody handles is heard of once", uncaught.map(String), ["Error: nobody listens"]);
await lost.catch(() => {});
const late = new Promise((_, reject) => loop.after(1, () => reject(new Error("handled"))));
await late.catch(() => {});
loop.after(1, () => {
  throw new Error("in a timer");
});
await sleep(loop, 10);
equal("an error in a callback is heard of and the loop goes on", uncaught.map(String).slice(1), ["Error: in a timer"]);

const year = 2000n;
holds("the wall clock is in nanoseconds", wallClockNs() / 1_000_000_000n / 31_556_952n + 1970n > year);
close(write);
close(read);

// only a background watch is left when this program ends: it must not keep it alive
const [backgroundRead] = pipe(closeOnExec);
loop.watch(backgroundRead, EPOLL.in, () => {}, { background: true });
finish();
