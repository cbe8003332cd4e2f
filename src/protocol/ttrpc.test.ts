import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Fault } from "../base/fault.ts";
import type { ByteStream } from "../base/stream.ts";
import { Health } from "./gen/agent.ts";
import { Sandbox } from "./gen/sandbox.ts";
import { decodeRequest, decodeResponse, encodeRequest } from "./gen/ttrpc.ts";
import type { CallContext } from "./service.ts";
import { RpcError, rpcCode } from "./status.ts";
import { type PairOptions, streamPair } from "./testing/pair.ts";
import { exactReader } from "./testing/reading.ts";
import { ManualTimers } from "./testing/timers.ts";
import { connectTtrpc } from "./ttrpc-client.ts";
import { serve, serveTtrpc } from "./ttrpc-server.ts";

type CheckHandler = (service: string, context: CallContext) => Promise<number>;

/** A Health service whose Check is `check` and whose Version answers with the service's name twice. */
function health(check: CheckHandler) {
  return serve(Health, {
    check: async ({ service }, context) => ({ status: await check(service, context) }),
    version: ({ service }) => ({ grpcVersion: service + service, agentVersion: "1" }),
  });
}

function connected(check: CheckHandler, options: PairOptions = {}) {
  const timers = new ManualTimers();
  const [near, far] = streamPair(options);
  const server = serveTtrpc(far, [health(check)], { timers });
  const connection = connectTtrpc(near, timers);
  return { timers, server, connection, client: connection.client(Health) };
}

async function rejection(promise: Promise<unknown>): Promise<RpcError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof RpcError) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: "the call did not fail" });
}

function frame(type: number, id: number, data: Uint8Array, length = data.length): Uint8Array {
  const bytes = new Uint8Array(10 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length);
  view.setUint32(4, id);
  view.setUint8(8, type);
  bytes.set(data, 10);
  return bytes;
}

interface Answer {
  readonly id: number;
  readonly type: number;
  readonly data: Uint8Array;
}

/** Reads ttrpc frames one by one. */
function answers(stream: ByteStream): () => Promise<Answer> {
  const take = exactReader(stream);
  return async () => {
    const head = new DataView((await take(10)).buffer);
    return { id: head.getUint32(4), type: head.getUint8(8), data: await take(head.getUint32(0)) };
  };
}

test("calls are answered in whatever order their handlers end", async () => {
  const release: Record<string, () => void> = {};
  const { client, connection } = connected((service) => new Promise((resolve) => (release[service] = () => resolve(service.length))));
  const order: string[] = [];
  const calls = ["a", "bb"].map((service) => client.check({ service }).then((r) => order.push(`${service}${r.status}`)));
  await turn();
  release["bb"]?.();
  await turn();
  release["a"]?.();
  await Promise.all(calls);
  assert.deepEqual(order, ["bb2", "a1"]);
  assert.deepEqual(await client.version({ service: "x" }), { grpcVersion: "xx", agentVersion: "1" });
  connection.close();
});

test("frames survive any cutting on their way", async () => {
  const { client, connection } = connected(async (service) => service.length, { cut: () => 1, capacity: 7 });
  assert.equal((await client.check({ service: "x".repeat(5000) })).status, 5000);
  connection.close();
});

test("an RpcError of a handler keeps its status, text, component and code", async () => {
  const { client, connection } = connected(async () => {
    const cause = new Fault("mount proc: no such device", { component: "container", code: "ENODEV" });
    throw new RpcError(rpcCode.failedPrecondition, "create abc", { cause });
  });
  const error = await rejection(client.check({}));
  assert.equal(error.status, rpcCode.failedPrecondition);
  assert.equal(error.message, "create abc: mount proc: no such device");
  assert.equal(error.component, "container");
  assert.equal(error.code, "ENODEV");
  connection.close();
});

test("a Fault becomes code 2, or the code its word stands for", async () => {
  const { client, connection } = connected(async (service) => {
    throw new Fault("no such container", service ? { code: service } : {});
  });
  assert.equal((await rejection(client.check({}))).status, rpcCode.unknown);
  const missing = await rejection(client.check({ service: "not-found" }));
  assert.equal(missing.status, rpcCode.notFound);
  assert.equal(missing.code, "not-found");
  connection.close();
});

test("unknown services and methods are answered as Go does", async () => {
  const { connection } = connected(async () => 1);
  const service = await rejection(connection.client(Sandbox).ping({}));
  assert.deepEqual([service.status, service.message], [rpcCode.unimplemented, "service kata.sandbox.v1.Sandbox"]);
  const strange = { name: "grpc.Health", methods: { constructor: { ...Health.methods.check, name: "constructor" } } } as const;
  const method = await rejection(connection.client(strange).constructor({}));
  assert.deepEqual([method.status, method.message], [rpcCode.unimplemented, "method constructor"]);
  connection.close();
});

test("the time limit ends a call at both ends and leaves the connection usable", async () => {
  const seen: Fault[] = [];
  let context: CallContext | undefined;
  const { client, connection, timers } = connected((service, c) => {
    if (service !== "slow") return Promise.resolve(1);
    context = c;
    c.onClose((why) => void seen.push(why));
    return new Promise(() => {});
  });
  const slow = rejection(client.check({ service: "slow" }, { timeoutMs: 500 }));
  await turn();
  timers.advance(499);
  assert.equal(seen.length, 0);
  timers.advance(1);
  assert.equal((await slow).status, rpcCode.deadlineExceeded);
  assert.match(String(seen[0]?.message), /grpc\.Health\/Check: not done within 500 ms/);
  assert.equal(context?.closed, seen[0]);
  assert.equal((await client.check({})).status, 1);
  assert.equal(timers.pending, 0);
  connection.close();
});

test("metadata arrives at the handler", async () => {
  let metadata: unknown;
  const { client, connection } = connected(async (_service, context) => {
    metadata = context.metadata;
    return 1;
  });
  await client.check({}, { metadata: [{ key: "containerd-namespace-ttrpc", value: "k8s.io" }] });
  assert.deepEqual(metadata, [{ key: "containerd-namespace-ttrpc", value: "k8s.io" }]);
  connection.close();
});

test("the end of the connection fails all calls that wait, and tells handlers", async () => {
  let seen: Fault | undefined;
  const { client, connection, server } = connected((_service, context) => {
    context.onClose((why) => (seen = why));
    return new Promise(() => {});
  });
  const calls = [rejection(client.check({})), rejection(client.check({}))];
  await turn();
  server.close();
  for (const call of calls) assert.equal((await call).status, rpcCode.unavailable);
  await server.closed;
  assert.ok(seen);
  assert.equal((await connection.closed)?.code, "closed");
  assert.equal((await rejection(client.check({}))).status, rpcCode.unavailable);
});

test("close() of the client ends the server's connection and resolves closed with undefined", async () => {
  const { client, connection, server } = connected(() => new Promise(() => {}));
  const call = rejection(client.check({}));
  connection.close();
  assert.equal((await call).status, rpcCode.cancelled);
  assert.equal(await connection.closed, undefined);
  await server.closed;
});

test("a request over 4 MiB fails at the sender, a response too, and the connection goes on", async () => {
  const { client, connection } = connected(async () => 1);
  const big = "x".repeat((4 << 20) - 20);
  const request = await rejection(client.check({ service: big }));
  assert.equal(request.status, rpcCode.exhausted);
  const response = await rejection(client.version({ service: big.slice(0, 2 << 20) }));
  assert.equal(response.status, rpcCode.exhausted);
  assert.match(response.message, /a response of \d+ bytes, 4194304 are allowed/);
  assert.equal((await client.check({})).status, 1);
  connection.close();
});

test("the server skips an oversized frame, answers its stream with 8 and serves the next", async () => {
  const timers = new ManualTimers();
  const [near, far] = streamPair();
  const server = serveTtrpc(far, [health(async () => 7)], { timers });
  const length = (4 << 20) + 1;
  await near.write(frame(1, 1, new Uint8Array(length)));
  const next = answers(near);
  const refused = decodeResponse((await next()).data);
  assert.equal(refused.status?.code, rpcCode.exhausted);
  await near.write(frame(1, 3, encodeRequest({ service: "grpc.Health", method: "Check" })));
  const served = await next();
  assert.deepEqual([served.id, served.type], [3, 2]);
  assert.equal(decodeResponse(served.data).status, undefined);
  near.close();
  await server.closed;
});

for (const [name, frames, stream] of [
  ["an even stream id", [[1, 2]], 2],
  [
    "a stream id used before",
    [
      [1, 5],
      [1, 3],
    ],
    3,
  ],
  ["data on a dead stream", [[3, 1]], 1],
] as const) {
  test(`the server answers ${name} with 3`, async () => {
    const [near, far] = streamPair();
    serveTtrpc(far, [health(() => new Promise(() => {}))], { timers: new ManualTimers() });
    for (const [type, id] of frames) await near.write(frame(type, id, encodeRequest({ service: "grpc.Health", method: "Check" })));
    const answer = await answers(near)();
    assert.equal(answer.id, stream);
    assert.equal(decodeResponse(answer.data).status?.code, rpcCode.invalidArgument);
    near.close();
  });
}

test("a client that does not read its answers is not read any more", async () => {
  let calls = 0;
  const [near, far] = streamPair({ capacity: 4096 });
  serveTtrpc(far, [health(async () => ++calls)], { timers: new ManualTimers() });
  let written = 0;
  const flood = (async () => {
    for (let id = 1; id < 4000; id += 2) {
      await near.write(frame(1, id, encodeRequest({ service: "grpc.Health", method: "Check" })));
      written++;
    }
  })();
  flood.catch(() => {});
  for (let i = 0; i < 200; i++) await turn();
  assert.ok(written < 1000, `${written} requests were taken`);
  assert.ok(calls >= 64);
  near.close();
});

test("a client ends the connection when an answer breaks the protocol", async () => {
  for (const [bytes, text] of [
    [frame(2, 3, new Uint8Array()), /stream 3, which was never opened/],
    [frame(2, 2, new Uint8Array()), /stream 2, which was never opened/],
    [frame(1, 1, new Uint8Array()), /a frame of type 1 from the server/],
    [frame(2, 1, new Uint8Array(), 5), /inside a frame/],
  ] as const) {
    const [near, far] = streamPair();
    const connection = connectTtrpc(near, new ManualTimers());
    const call = rejection(connection.client(Health).check({}));
    await far.write(bytes);
    await far.closeWrite();
    const error = await call;
    assert.equal(error.status, rpcCode.unavailable);
    const { cause } = error;
    assert.ok(cause instanceof Fault);
    assert.match(`${cause.message}: ${cause.cause instanceof Error ? cause.cause.message : ""}`, text);
  }
});

test("an answer that is no protobuf fails its call only", async () => {
  const [near, far] = streamPair();
  const connection = connectTtrpc(near, new ManualTimers());
  const client = connection.client(Health);
  const first = rejection(client.check({}));
  await far.write(frame(2, 1, new Uint8Array([0xff, 0xff])));
  assert.equal((await first).status, rpcCode.internal);
  const second = client.check({});
  await far.write(frame(2, 3, new Uint8Array()));
  assert.equal((await second).status, 0);
  connection.close();
});

test("both ends hear how long a call took, whatever came of it, and the caller nothing of calls that wait", async () => {
  const timers = new ManualTimers();
  const [near, far] = streamPair();
  const heard: [string, string, number][] = [];
  const check: CheckHandler = async (service) => {
    timers.advance(service === "slow" ? 30 : 5);
    if (service === "bad") throw new RpcError(rpcCode.notFound, "bad");
    return 1;
  };
  serveTtrpc(far, [health(check)], { timers, onAnswer: (method, ms) => heard.push(["server", method, ms]) });
  const client = connectTtrpc(near, timers, (method, ms) => heard.push(["client", method, ms])).client(Health);
  await client.check({ service: "slow" });
  await rejection(client.check({ service: "bad" }));
  await client.check({}, { waits: true });
  assert.deepEqual(heard, [
    ["server", "Check", 30],
    ["client", "Check", 30],
    ["server", "Check", 5],
    ["client", "Check", 5],
    ["server", "Check", 5],
  ]);
  near.close();
});

test("requests are numbered 1, 3, 5 in the order of the calls and carry their payload", async () => {
  const [near, far] = streamPair();
  const client = connectTtrpc(near, new ManualTimers()).client(Health);
  const big = "y".repeat(10_000);
  for (const service of ["a", big, "c"]) client.check({ service }, { timeoutMs: 2 }).catch(() => {});
  const next = answers(far);
  for (const [id, service] of [
    [1, "a"],
    [3, big],
    [5, "c"],
  ] as const) {
    const frame = await next();
    assert.equal(frame.id, id);
    const request = decodeRequest(frame.data);
    assert.deepEqual([request.service, request.method, request.timeoutNano], ["grpc.Health", "Check", 2_000_000n]);
    assert.equal(Health.methods.check.decodeRequest(request.payload).service, service);
  }
  far.close();
});
