import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fd } from "../../sys/syscall.ts";
import { installFakeFloor } from "../../sys/testing/fake-floor.ts";
import { OutOfMemoryWatch } from "./out-of-memory.ts";

/** A watch on a file whose count is `kernel.kills`, and whose kernel signals when it is told to. */
function watched(kills: number) {
  const kernel = { kills, signal: () => {}, closed: 0 };
  const floor = installFakeFloor({
    pread64: (_fd, buffer) =>
      new TextEncoder().encodeInto(`max 7\noom_kill ${kernel.kills}\noom_group_kill 0\n`, buffer as Uint8Array).written,
    close: () => {
      kernel.closed++;
      return 0;
    },
  });
  const loop = {
    watch: (_fd: Fd, _events: number, onEvents: (events: number) => void) => {
      kernel.signal = () => onEvents(2);
      return { change: () => {}, keepAlive: () => {}, stop: () => {} };
    },
  };
  let told = 0;
  const watch = new OutOfMemoryWatch(loop, 5 as Fd, () => told++);
  return { kernel, watch, told: () => told, remove: () => floor.remove() };
}

test("a kill is told when the kernel signals it, and a signal without one is not", (t) => {
  const { kernel, watch, told, remove } = watched(3);
  t.after(remove);
  kernel.signal();
  assert.equal(told(), 0);
  kernel.kills = 5;
  kernel.signal();
  kernel.signal();
  assert.deepEqual([told(), watch.look()], [1, 1]);
});

test("a kill that the kernel has not signalled yet is told to who looks, and before the watch stops", (t) => {
  const { kernel, watch, told, remove } = watched(0);
  t.after(remove);
  kernel.kills = 1;
  assert.deepEqual([watch.look(), told()], [1, 1]);
  kernel.kills = 2;
  watch.stop();
  assert.deepEqual([watch.look(), told(), kernel.closed], [2, 2, 1]);
});
