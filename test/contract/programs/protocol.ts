/** The protocols on the real engine: generated code, and the multiplexer over a socket of the kernel. */
import type { ByteStream, DialedStream } from "../../../src/base/stream.ts";
import { encodeUtf8 } from "../../../src/base/text.ts";
import { AgentService, decodeCreateContainerRequest, encodeCreateContainerRequest, Health } from "../../../src/protocol/gen/agent.ts";
import { muxAcceptor, muxDialer } from "../../../src/protocol/mux.ts";
import { muxWindow } from "../../../src/protocol/mux-frame.ts";
import { connectTtrpc } from "../../../src/protocol/ttrpc-client.ts";
import { serve, serveTtrpc } from "../../../src/protocol/ttrpc-server.ts";
import { monotonicMs } from "../../../src/sys/loop.ts";
import { argumentsOf } from "../../../src/sys/process.ts";
import { SOCK, socketPair } from "../../../src/sys/socket.ts";
import { FdStream } from "../../../src/sys/stream.ts";
import { expect, expectEqual } from "../harness.ts";
import { createTapRunner, say } from "./tap.ts";

const measure = argumentsOf().includes("--measure");
const runner = createTapRunner();
const { loop } = runner;

function streamPair(): [FdStream, FdStream] {
  const [near, far] = socketPair(SOCK.stream);
  return [new FdStream(loop, near), new FdStream(loop, far)];
}

/** A dialer and an acceptor over one socket; what the acceptor gets. */
function multiplexed(accept: (port: number, stream: DialedStream) => boolean) {
  const [near, far] = streamPair();
  return { dialer: muxDialer(near, loop), acceptor: muxAcceptor(far, accept) };
}

function largeRequest(): Parameters<typeof encodeCreateContainerRequest>[0] {
  const syscalls = Array.from({ length: 30 }, (_, i) => ({
    names: Array.from({ length: 12 }, (_, k) => `syscall_${i}_${k}`),
    action: "SCMP_ACT_ALLOW",
    args: [{ index: 0n, value: 2080505856n, valueTwo: 0n, op: "SCMP_CMP_MASKED_EQ" }],
    ...(i % 2 === 0 && { errnoret: 0 }),
  }));
  return {
    containerId: "c".repeat(64),
    storages: [{ driver: "virtio-fs", options: ["ro"], fsGroup: { groupId: 7 } }],
    oci: {
      process: {
        args: ["/bin/sh", "-c", "x".repeat(3000)],
        env: Array.from({ length: 60 }, (_, i) => `VARIABLE_${i}=${"ü€𝄞".repeat(i)}`),
        rlimits: [{ type: "RLIMIT_NOFILE", hard: 18446744073709551615n, soft: 1024n }],
        oomScoreAdj: -999,
      },
      annotations: { "io.kubernetes.cri.sandbox-id": "s".repeat(64) },
      linux: {
        resources: { memory: { limit: -1n, swap: -9223372036854775808n }, cpu: { shares: 1024, quota: -1 } },
        seccomp: { defaultAction: "SCMP_ACT_ERRNO", syscalls },
      },
    },
    stdoutPort: 4294967295,
  };
}

function timed(name: string, rounds: number, body: () => void): void {
  const from = monotonicMs();
  for (let i = 0; i < rounds; i++) body();
  if (measure) say(`# ${name}: ${((monotonicMs() - from) / rounds).toFixed(3)} ms`);
}

runner.test("a large CreateContainerRequest survives the engine's 64-bit integers and UTF-8", async () => {
  const bytes = encodeCreateContainerRequest(largeRequest());
  const request = decodeCreateContainerRequest(bytes);
  const { process, linux } = request.oci ?? {};
  const kept: [string, unknown, unknown][] = [
    ["RLIM_INFINITY", process?.rlimits[0]?.hard, 18446744073709551615n],
    ["a negative JS_NUMBER", process?.oomScoreAdj, -999],
    ["text of 1 to 4 bytes a character", process?.env[59], `VARIABLE_59=${"ü€𝄞".repeat(59)}`],
    ["-1", linux?.resources?.memory?.limit, -1n],
    ["the least int64", linux?.resources?.memory?.swap, -9223372036854775808n],
    ["-1 as a JS_NUMBER", linux?.resources?.cpu?.quota, -1],
    ["0 that is present", linux?.seccomp?.syscalls[0]?.errnoret, 0],
    ["what is absent", linux?.seccomp?.syscalls[1]?.errnoret, undefined],
    ["the highest uint32", request.stdoutPort, 4294967295],
  ];
  for (const [what, actual, expected] of kept) expect(actual === expected, `${what}: expected ${expected}, was ${actual}`);
  const again = encodeCreateContainerRequest(request);
  expectEqual(again.length, bytes.length, "length of the second encoding");
  expect(
    again.every((byte, i) => byte === bytes[i]),
    "the second encoding differs from the first",
  );
  timed(`encode ${bytes.length} bytes`, 50, () => encodeCreateContainerRequest(request));
  timed(`decode ${bytes.length} bytes`, 50, () => decodeCreateContainerRequest(bytes));
});

runner.test("calls travel over ttrpc on a stream of the multiplexer", async () => {
  const services = [
    serve(Health, {
      check: ({ service }) => ({ status: service.length }),
      version: () => ({ grpcVersion: "1", agentVersion: "2" }),
    }),
  ];
  const { dialer } = multiplexed((port, stream) => port === 1024 && serveTtrpc(stream, services, { timers: loop }) !== undefined);
  const connection = connectTtrpc(await dialer.dial(1024), loop);
  const client = connection.client(Health);
  const answers = await Promise.all(["", "a", "x".repeat(100_000)].map((service) => client.check({ service })));
  expectEqual(answers.map((a) => a.status).join(), "0,1,100000", "answers");
  const from = monotonicMs();
  for (let i = 0; i < 200; i++) await client.check({ service: "abc" });
  if (measure) say(`# call: ${((monotonicMs() - from) / 200).toFixed(3)} ms`);
  connection.close();
  dialer.close();
});

runner.test("a client of all 42 methods is made", async () => {
  const [near, far] = streamPair();
  const connection = connectTtrpc(near, loop);
  timed("client", 20, () => void connection.client(AgentService));
  far.close();
  expect((await connection.closed) !== undefined, "the end of the peer was not noticed");
});

const blockBytes = 65_536;

/** Blocks that begin and end with their number. */
async function writeBlocks(stream: ByteStream, count: number): Promise<void> {
  const block = new Uint8Array(blockBytes);
  const view = new DataView(block.buffer);
  for (let i = 0; i < count; i++) {
    view.setUint32(0, i);
    view.setUint32(blockBytes - 4, i);
    await stream.write(block);
  }
  await stream.closeWrite();
}

/** Reads blocks to the end and returns their number; `pause` is awaited after each. */
async function readBlocks(stream: ByteStream, pause: (block: number) => Promise<void> | undefined): Promise<number> {
  const block = new Uint8Array(blockBytes);
  const view = new DataView(block.buffer);
  let filled = 0;
  let count = 0;
  for (let bytes = await stream.read(); bytes; bytes = await stream.read()) {
    let rest: Uint8Array = bytes;
    while (rest.length > 0) {
      const part = rest.subarray(0, blockBytes - filled);
      block.set(part, filled);
      filled += part.length;
      rest = rest.subarray(part.length);
      if (filled < blockBytes) continue;
      expectEqual(view.getUint32(0), count, "start of a block");
      expectEqual(view.getUint32(blockBytes - 4), count, "end of a block");
      filled = 0;
      count++;
      await pause(count);
    }
  }
  expectEqual(filled, 0, "bytes behind the last block");
  return count;
}

runner.test("64 MiB reach a slow reader whole while another stream goes on, and the writer waits at the window", async () => {
  const blocks = 1024;
  let sent = 0;
  const sources: Promise<void>[] = [];
  const { dialer } = multiplexed((_port, stream) => {
    const counted: ByteStream = {
      read: () => stream.read(),
      write: async (bytes) => {
        await stream.write(bytes);
        sent += bytes.length;
      },
      closeWrite: () => stream.closeWrite(),
      close: () => stream.close(),
    };
    sources.push(writeBlocks(counted, blocks));
    return true;
  });
  const slow = await dialer.dial(1027);
  await dialer.ping(60_000);
  expect(sent <= muxWindow, `${sent} bytes were taken before anybody read`);
  const from = monotonicMs();
  const results = await Promise.all([
    readBlocks(slow, (n) => (n % 256 === 0 ? dialer.ping(60_000) : undefined)),
    readBlocks(await dialer.dial(1027), () => undefined),
  ]);
  if (measure) say(`# two streams: ${Math.round((128 * 1000) / (monotonicMs() - from))} MiB/s`);
  expectEqual(results.join(), `${blocks},${blocks}`, "blocks read");
  await Promise.all(sources);
  dialer.close();
});

runner.test("the end of the process at the other end of the channel fails a stream that waits", async () => {
  const [near, far] = streamPair();
  const dialer = muxDialer(near, loop);
  const stream = await dialer.dial(1024);
  const reading = stream.read().then(
    () => "end",
    (error: unknown) => String(error),
  );
  await stream.write(encodeUtf8("hello"));
  far.close();
  expect(/the (peer closed|channel broke)/.test(await reading), await reading);
});

await runner.run();
