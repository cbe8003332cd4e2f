import assert from "node:assert/strict";
import { test } from "node:test";
import { hasCode } from "../base/fault.ts";
import type { ByteStream } from "../base/stream.ts";
import { decodeUtf8, encodeUtf8 } from "../base/text.ts";
import { hybridVsock } from "./hybrid-vsock.ts";
import { type PairOptions, streamPair } from "./testing/pair.ts";
import { exactReader, readAll } from "./testing/reading.ts";
import { ManualTimers } from "./testing/timers.ts";

/** A transport, and the VMM's end of the one connection it makes. */
function vmm(options: PairOptions = {}) {
  const [near, far] = streamPair(options);
  const timers = new ManualTimers();
  return { timers, far, transport: hybridVsock({ connect: async () => near, timers }) };
}

async function answered(far: ByteStream, answer: string): Promise<void> {
  assert.equal(decodeUtf8(await exactReader(far)(13)), "CONNECT 1024\n");
  await far.write(encodeUtf8(answer));
}

test("dial names the port, takes the host port from the answer and loses nothing behind it", async () => {
  for (const size of [1, 3, 100]) {
    const { transport, far, timers } = vmm({ cut: () => size });
    const dialing = transport.dial(1024);
    await answered(far, "OK 1073741824\nhello");
    const stream = await dialing;
    assert.equal(stream.localPort, 1_073_741_824);
    await far.closeWrite();
    assert.equal(decodeUtf8(await readAll(stream)), "hello");
    assert.equal(timers.pending, 0);
  }
});

test("the end of the connection in place of an answer is a refusal", async () => {
  const { transport, far } = vmm();
  const dialing = transport.dial(1024);
  far.close();
  await assert.rejects(dialing, (e) => hasCode(e, "ECONNREFUSED"));
});

test("an answer that is none is said as it is and ends the connection", async () => {
  for (const answer of ["ERR 5\n", "OK\n", "OK 99999999999\n", "x".repeat(1000), "OK 12345678901"]) {
    const { transport, far } = vmm();
    const dialing = transport.dial(1024);
    dialing.catch(() => {});
    await answered(far, answer);
    await assert.rejects(dialing, /dial vsock port 1024: answer ".*" \("OK <port>" would be right\)/);
    assert.equal(await far.read(), undefined);
  }
});

test("a VMM that does not answer in time ends the dial with ETIMEDOUT", async () => {
  const { transport, timers, far } = vmm();
  const dialing = transport.dial(1024);
  dialing.catch(() => {});
  await exactReader(far)(13);
  timers.advance(10_000);
  await assert.rejects(dialing, (e) => hasCode(e, "ETIMEDOUT"));
});
