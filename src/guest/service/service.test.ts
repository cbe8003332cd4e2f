import assert from "node:assert/strict";
import { test } from "node:test";
import type { DialedStream } from "../../base/stream.ts";
import type { Timers } from "../../base/timers.ts";
import type { Spec as KataSpec } from "../../protocol/gen/agent.ts";
import { decodeLinuxResources, decodeSpec, encodeLinuxResources, encodeSpec } from "../../protocol/gen/agent.ts";
import type { Init } from "../../protocol/wire.ts";
import { EventQueue } from "./event-queue.ts";
import { HostStreamTable } from "./host-streams.ts";
import { resourcesOf, specOf } from "./kata-spec.ts";

const none = new Uint8Array();
const kata = (spec: Init<KataSpec>) => specOf({ ociJson: none, oci: decodeSpec(encodeSpec(spec)) });
const process = { args: ["sh"], cwd: "/", user: { uid: 1 }, rlimits: [{ type: "RLIMIT_CORE", hard: (1n << 64n) - 1n, soft: 0n }] };

test("a protobuf specification becomes the one it stands for, in the sandbox's namespaces", () => {
  const spec = kata({
    root: { path: "/r" },
    process,
    mounts: [{ destination: "/d", type: "tmpfs", options: ["ro"] }],
    linux: { namespaces: [{ type: "uts" }, { type: "cgroup" }] },
  });
  assert.deepEqual(spec.process.user, { uid: 1, gid: 0, additionalGids: [] });
  assert.deepEqual(spec.process.rlimits, [{ type: "RLIMIT_CORE", hard: (1n << 64n) - 1n, soft: 0 }]);
  assert.deepEqual(spec.mounts, [{ destination: "/d", type: "tmpfs", options: ["ro"] }]);
  assert.deepEqual(spec.linux?.namespaces, [
    { type: "cgroup" },
    { type: "pid" },
    { type: "mount" },
    { type: "network" },
    { type: "ipc", path: "/proc/self/ns/ipc" },
    { type: "uts", path: "/proc/self/ns/uts" },
  ]);
});

test("a protobuf specification passes the checks of a config.json", () => {
  assert.throws(() => kata({ root: { path: "/r" }, process: { ...process, cwd: "x" } }), /Cwd must be an absolute path/);
  assert.throws(() => kata({ process }), /root must be specified/);
  assert.throws(() => specOf({ ociJson: none, oci: undefined }), /OCI is missing/);
});

test("zeros of protobuf resources are absent values", () => {
  assert.deepEqual(resourcesOf({ ociJson: none, resources: undefined }), {});
  const resources = decodeLinuxResources(
    encodeLinuxResources({ memory: { limit: 5n }, cpu: { cpus: "" }, pids: {}, devices: [{ access: "rwm" }] }),
  );
  const read = resourcesOf({ ociJson: none, resources });
  assert.deepEqual(read, { devices: [{ allow: false, access: "rwm" }], memory: { limit: 5 }, cpu: {}, pids: {} });
});

/** Time that passes only when told. */
function fakeTimers(): Timers & { pass(): void } {
  let waiting: (() => void)[] = [];
  return {
    nowMs: () => 0,
    after: (_ms, fn) => {
      waiting.push(fn);
      return () => {
        waiting = waiting.filter((other) => other !== fn);
      };
    },
    pass: () => {
      for (const fn of waiting.splice(0)) fn();
    },
  };
}

function fakeStream(localPort: number): DialedStream & { closed: boolean } {
  const stream = {
    localPort,
    closed: false,
    read: () => Promise.resolve(undefined),
    write: () => Promise.resolve(),
    closeWrite: () => Promise.resolve(),
    close: () => {
      stream.closed = true;
    },
  };
  return stream;
}

test("a stream is found by the host's port, whether it comes before or after the request", async () => {
  const table = new HostStreamTable(fakeTimers());
  const [early, late] = [fakeStream(3), fakeStream(5)];
  assert.equal(table.offer(early), true);
  const taken = table.take({ stdinPort: 0, stdoutPort: 3, stderrPort: 5, passed: [] });
  assert.equal(table.offer(late), true);
  assert.deepEqual(await taken, { stdin: undefined, stdout: early, stderr: late, passed: [] });
});

test("a stream that does not come is an error, and those that came are closed", async () => {
  const timers = fakeTimers();
  const table = new HostStreamTable(timers);
  const stream = fakeStream(3);
  table.offer(stream);
  const taken = table.take({ stdinPort: 3, stdoutPort: 7, stderrPort: 0, passed: [] });
  timers.pass();
  await assert.rejects(taken, /stream of port 7/);
  assert.equal(stream.closed, true);
});

test("streams that nobody asks for are bounded and closed with their connection", () => {
  const table = new HostStreamTable(fakeTimers());
  const streams = Array.from({ length: 513 }, (_, i) => fakeStream(i + 1));
  assert.deepEqual(
    streams.map((stream) => table.offer(stream)).filter((accepted) => !accepted),
    [false],
  );
  table.clear();
  assert.equal(streams.filter(({ closed }) => closed).length, 512);
});

test("events wait for askers and askers for events", async () => {
  const queue = new EventQueue<number>(2);
  for (const event of [1, 2, 3]) queue.push(event);
  const stay = () => {};
  assert.deepEqual([await queue.next(stay), await queue.next(stay)], [2, 3]);
  const first = queue.next((forget) => forget());
  await assert.rejects(first, /nobody waits/);
  const second = queue.next(stay);
  queue.push(4);
  assert.equal(await second, 4);
});
