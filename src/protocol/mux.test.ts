import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { deferred } from "../base/deferred.ts";
import { chainMessage, hasCode } from "../base/fault.ts";
import type { ByteStream, DialedStream } from "../base/stream.ts";
import { encodeUtf8 } from "../base/text.ts";
import { muxAcceptor, muxDialer } from "./mux.ts";
import { muxFlag, muxType, muxWindow, putMuxHeader, sessionStart } from "./mux-frame.ts";
import { type PairOptions, streamPair } from "./testing/pair.ts";
import { exactReader, readAll } from "./testing/reading.ts";
import { ManualTimers } from "./testing/timers.ts";

/** A dialer and an acceptor; streams to port 1027 wait in `accepted`, other ports are refused. */
function muxPair(options: PairOptions = {}) {
  const timers = new ManualTimers();
  const [near, far] = streamPair(options);
  const dialer = muxDialer(near, timers);
  const waiting: DialedStream[] = [];
  const takers: ((stream: DialedStream) => void)[] = [];
  const acceptor = muxAcceptor(far, (port, stream) => {
    if (port !== 1027) return false;
    const taker = takers.shift();
    if (taker) taker(stream);
    else waiting.push(stream);
    return true;
  });
  const accepted = (): Promise<DialedStream> => {
    const stream = waiting.shift();
    return stream ? Promise.resolve(stream) : new Promise((resolve) => takers.push(resolve));
  };
  const open = async (): Promise<[DialedStream, DialedStream]> => {
    const host = await dialer.dial(1027);
    return [host, await accepted()];
  };
  return { timers, dialer, acceptor, accepted, open };
}

async function settle(rounds = 50): Promise<void> {
  for (let i = 0; i < rounds; i++) await turn();
}

function pattern(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + seed * 97 + (i >> 8)) & 255);
}

function muxFrame(header: { type: number; flags: number; id: number; length: number }, data: Uint8Array = new Uint8Array()): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  putMuxHeader(bytes, 0, header);
  bytes.set(data, 12);
  return bytes;
}

/** Answers a dialer as a peer does that is there: both of the pings its session begins with. */
async function answerStart(far: ByteStream): Promise<void> {
  const pings = await exactReader(far)(24);
  const value = new DataView(pings.buffer, pings.byteOffset).getUint32(20);
  await far.write(muxFrame({ type: muxType.ping, flags: muxFlag.ack, id: 0, length: sessionStart }));
  await far.write(muxFrame({ type: muxType.ping, flags: muxFlag.ack, id: 0, length: value }));
}

test("a dialed stream carries bytes both ways and ends each way on its own", async () => {
  const { open, dialer, acceptor } = muxPair();
  const [host, guest] = await open();
  assert.equal(host.localPort, 1);
  assert.equal(guest.localPort, 1);
  await host.write(encodeUtf8("ping"));
  assert.deepEqual((await guest.read())?.slice(), encodeUtf8("ping"));
  await host.closeWrite();
  assert.equal(await guest.read(), undefined);
  await guest.write(encodeUtf8("still open this way"));
  await guest.closeWrite();
  assert.deepEqual(await readAll(host), encodeUtf8("still open this way"));
  dialer.close();
  await acceptor.closed;
});

test("bytes behind the greeting stay in the stream, whatever way they are cut", async () => {
  for (const size of [1, 5, 13, 14, 64]) {
    const { dialer, accepted } = muxPair({ cut: () => size });
    const host = await dialer.dial(1027);
    await host.write(encodeUtf8("first"));
    await host.closeWrite();
    assert.deepEqual(await readAll(await accepted()), encodeUtf8("first"));
    dialer.close();
  }
});

test("a port nobody listens on is refused, and so is a greeting that is none", async () => {
  const { dialer } = muxPair();
  const refused = await dialer.dial(99);
  await assert.rejects(refused.read(), (e) => hasCode(e, "ECONNREFUSED"));
  await assert.rejects(refused.write(encodeUtf8("x")), (e) => hasCode(e, "ECONNREFUSED"));
  dialer.close();

  const [near, far] = streamPair();
  muxAcceptor(far, () => assert.fail("accepted"));
  const take = exactReader(near);
  for (const [i, greeting] of ["CONNECT 99999999999\n", "CONNECT -1\n", "x".repeat(40)].entries()) {
    const data = encodeUtf8(greeting);
    await near.write(muxFrame({ type: muxType.data, flags: muxFlag.syn, id: 2 * i + 1, length: data.length }, data));
    const answer = new DataView((await take(12)).buffer);
    assert.deepEqual([answer.getUint16(2), answer.getUint32(4)], [muxFlag.rst, 2 * i + 1]);
  }
  near.close();
});

test("close() of an accepted stream is a reset, not a refusal", async () => {
  const { open, dialer } = muxPair();
  const [host, guest] = await open();
  guest.close();
  await assert.rejects(host.read(), (e) => hasCode(e, "ECONNRESET"));
  await assert.rejects(guest.write(encodeUtf8("x")), (e) => hasCode(e, "EPIPE"));
  assert.equal(await guest.read(), undefined);
  dialer.close();
});

test("close() of a dialed stream is a reset at the other end", async () => {
  const { open, dialer } = muxPair();
  const [host, guest] = await open();
  host.close();
  await assert.rejects(guest.read(), (e) => hasCode(e, "ECONNRESET"));
  await assert.rejects(guest.write(encodeUtf8("x")), (e) => hasCode(e, "ECONNRESET"));
  dialer.close();
});

test("what was written before closeWrite and close arrives whole", async () => {
  const { open, dialer } = muxPair({ capacity: 1000 });
  const [host, guest] = await open();
  const sent = pattern(100_000, 1);
  const writing = guest.write(sent).then(async () => {
    await guest.closeWrite();
    guest.close();
  });
  assert.deepEqual(await readAll(host), sent);
  await writing;
  await settle();
  await assert.rejects(host.write(encodeUtf8("x")), (e) => hasCode(e, "EPIPE"));
  dialer.close();
});

test("a slow reader stops its writer at the window and no other stream", async () => {
  const { open, dialer } = muxPair();
  const [host, guest] = await open();
  const [otherHost, otherGuest] = await open();
  let written = 0;
  const writing = (async () => {
    for (let i = 0; i < 64; i++) {
      await guest.write(pattern(16_384, i));
      written += 16_384;
    }
    await guest.closeWrite();
  })();
  await settle();
  assert.ok(written <= muxWindow, `${written} bytes were taken`);
  assert.ok(written > muxWindow - 16_384);
  const echo = pattern(1_000_000, 7);
  const sending = otherGuest.write(echo).then(() => otherGuest.closeWrite());
  assert.deepEqual(await readAll(otherHost), echo);
  await sending;
  const all = await readAll(host);
  await writing;
  assert.equal(all.length, 64 * 16_384);
  assert.deepEqual(all.slice(-16_384), pattern(16_384, 63));
  dialer.close();
});

test("a view stays as it is until the next read, while other streams go on", async () => {
  const { open, dialer } = muxPair();
  const [host, guest] = await open();
  const [otherHost, otherGuest] = await open();
  const waiting = host.read();
  await settle(5);
  await guest.write(pattern(1000, 1));
  const view = await waiting;
  for (let i = 0; i < 20; i++) {
    const other = otherHost.read();
    await otherGuest.write(pattern(5000, i));
    assert.deepEqual((await other)?.slice(0, 10), pattern(10, i));
  }
  assert.deepEqual(view?.slice(), pattern(1000, 1));
  dialer.close();
});

test("the end of the channel fails all streams at both ends, after what had arrived", async () => {
  const { open, dialer, acceptor } = muxPair();
  const [host, guest] = await open();
  await guest.write(encodeUtf8("last words"));
  await settle();
  acceptor.close();
  assert.match(chainMessage(await dialer.closed), /the peer closed the channel/);
  assert.deepEqual((await host.read())?.slice(), encodeUtf8("last words"));
  await assert.rejects(host.read(), (e) => hasCode(e, "closed"));
  await assert.rejects(host.write(encodeUtf8("x")), (e) => hasCode(e, "closed"));
  await assert.rejects(guest.read(), (e) => hasCode(e, "closed"));
  await assert.rejects(dialer.dial(1027), (e) => hasCode(e, "closed"));
  await assert.rejects(dialer.ping(10), (e) => hasCode(e, "closed"));
});

test("a write that waits for credit fails when the channel ends", async () => {
  const { open, dialer } = muxPair();
  const [host] = await open();
  const writing = host.write(new Uint8Array(muxWindow + 1));
  writing.catch(() => {});
  await settle();
  dialer.close();
  await assert.rejects(writing, (e) => hasCode(e, "closed"));
});

test("ping resolves with a peer that reads and gives up on one that does not", async () => {
  const { dialer, timers } = muxPair();
  await dialer.ping(1000);
  assert.equal(timers.pending, 0);
  dialer.close();
  const [near] = streamPair();
  const lonely = muxDialer(near, timers);
  const ping = lonely.ping(1000);
  ping.catch(() => {});
  timers.advance(1000);
  await assert.rejects(ping, (e) => hasCode(e, "ETIMEDOUT"));
  lonely.close();
});

test("a new session on the same channel ends the streams of the one before and begins with id 1", async () => {
  const [near, far] = streamPair();
  const streams: DialedStream[] = [];
  muxAcceptor(far, (_port, stream) => streams.push(stream) > 0);
  const connect = encodeUtf8("CONNECT 1\n");
  const begin = muxFrame({ type: muxType.ping, flags: muxFlag.syn, id: 0, length: sessionStart });
  const syn = muxFrame({ type: muxType.data, flags: muxFlag.syn, id: 1, length: connect.length }, connect);
  for (let i = 0; i < 2; i++) {
    await near.write(begin);
    await near.write(syn);
    await settle();
  }
  assert.equal(streams.length, 2);
  await assert.rejects((streams[0] as DialedStream).read(), /began a new session/);
  near.close();
});

test("what a peer still sent to the host before is dropped, also when it begins inside a frame", async () => {
  const stale = [
    muxFrame({ type: muxType.data, flags: 0, id: 7, length: 5 }, encodeUtf8("line\n")),
    muxFrame({ type: muxType.data, flags: 0, id: 7, length: 5 }, encodeUtf8("line\n")).subarray(3),
    muxFrame({ type: muxType.ping, flags: muxFlag.ack, id: 0, length: sessionStart }),
  ];
  for (const size of [1, 7, 12, 4096]) {
    const [near, far] = streamPair({ cut: () => size });
    for (const bytes of stale) await far.write(bytes);
    const dialer = muxDialer(near, new ManualTimers());
    const accepted = deferred<DialedStream>();
    muxAcceptor(far, (_port, stream) => {
      accepted.resolve(stream);
      return true;
    });
    const dialed = await dialer.dial(1027);
    const stream = await accepted.promise;
    await stream.write(encodeUtf8("fresh"));
    await stream.closeWrite();
    assert.deepEqual(await readAll(dialed), encodeUtf8("fresh"));
    dialer.close();
  }
});

/** What a hostile guest sends, and how the host's end says it. */
const violations: [string, Uint8Array, RegExp][] = [
  ["a wrong version", Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0), /version 1 \(0 would be right\)/],
  ["an unknown type", muxFrame({ type: 9, flags: 0, id: 1, length: 0 }), /type 9/],
  ["data for no stream", muxFrame({ type: 0, flags: 0, id: 0, length: 0 }), /type 0 for stream 0/],
  ["a ping for a stream", muxFrame({ type: 2, flags: 1, id: 3, length: 0 }), /type 2 for stream 3/],
  ["a stream never opened", muxFrame({ type: 1, flags: 0, id: 5, length: 1 }), /stream 5, which was never opened/],
  ["an even stream", muxFrame({ type: 1, flags: 0, id: 2, length: 1 }), /stream 2, which was never opened/],
  ["an opened stream", muxFrame({ type: 1, flags: muxFlag.syn, id: 1, length: 0 }), /the peer opens stream 1/],
  ["more than the window", muxFrame({ type: 0, flags: 0, id: 1, length: muxWindow + 1 }), /262145 bytes into a window of 262144/],
  ["too much credit", muxFrame({ type: 1, flags: 0, id: 1, length: 0xffffffff }), /a window of \d+ bytes/],
  [
    "data after the end",
    concat(muxFrame({ type: 1, flags: muxFlag.fin, id: 1, length: 0 }), muxFrame({ type: 0, flags: 0, id: 1, length: 1 })),
    /data after its end/,
  ],
  ["a goaway", muxFrame({ type: 3, flags: 0, id: 0, length: 2 }), /gave up with code 2/],
  ["an end inside a frame", Uint8Array.of(0, 0, 0), /inside a frame/],
];

function concat(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

for (const [name, bytes, text] of violations) {
  test(`the host ends the channel over ${name}`, async () => {
    const [near, far] = streamPair();
    const dialer = muxDialer(near, new ManualTimers());
    await answerStart(far);
    const stream = await dialer.dial(1024);
    await far.write(bytes);
    await far.closeWrite();
    assert.match(chainMessage(await dialer.closed), text);
    await assert.rejects(stream.write(encodeUtf8("x")));
  });
}

test("the host ends the channel when a peer floods it with pings and does not read", async () => {
  const [near, far] = streamPair({ capacity: 1024 });
  const dialer = muxDialer(near, new ManualTimers());
  await answerStart(far);
  const flood = (async () => {
    for (let i = 0; i < 6000; i++) await far.write(muxFrame({ type: 2, flags: muxFlag.syn, id: 0, length: i }));
  })();
  flood.catch(() => {});
  assert.match(chainMessage(await dialer.closed), /the peer does not read/);
});

test("late frames of a closed stream are dropped", async () => {
  const { open, dialer } = muxPair();
  const [host, guest] = await open();
  const writing = guest.write(new Uint8Array(200_000)).catch(() => {});
  host.close();
  await writing;
  const [again, guestAgain] = await open();
  await guestAgain.write(encodeUtf8("alive"));
  assert.deepEqual((await again.read())?.slice(), encodeUtf8("alive"));
  dialer.close();
});

test("any interleaving of writers, readers, sizes and cuts keeps every stream's bytes", async () => {
  const plan = fc.array(
    fc.record({ toGuest: fc.boolean(), sizes: fc.array(fc.nat({ max: 90_000 }), { maxLength: 8 }), pause: fc.nat({ max: 3 }) }),
    {
      minLength: 1,
      maxLength: 5,
    },
  );
  const check = async (
    streams: { toGuest: boolean; sizes: number[]; pause: number }[],
    capacity: number,
    cuts: number[],
  ): Promise<void> => {
    let at = 0;
    const { dialer, open } = muxPair({ capacity, cut: () => cuts[at++ % cuts.length] ?? 1 });
    const run = async ({ toGuest, sizes, pause }: (typeof streams)[number], ends: [ByteStream, ByteStream]): Promise<void> => {
      const [from, to] = toGuest ? ends : [ends[1], ends[0]];
      const writing = (async () => {
        for (const size of sizes) await from.write(pattern(size, size));
        await from.closeWrite();
      })();
      const expected = concat(...sizes.map((size) => pattern(size, size)));
      let length = 0;
      for (let part = await to.read(); part; part = await to.read()) {
        for (let i = 0; i < pause; i++) await turn();
        assert.deepEqual(Buffer.compare(part, expected.subarray(length, length + part.length)), 0);
        length += part.length;
      }
      assert.equal(length, expected.length);
      await writing;
    };
    const running: Promise<void>[] = [];
    for (const stream of streams) running.push(run(stream, await open()));
    await Promise.all(running);
    dialer.close();
  };
  const cuts = fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1000, max: 70_000 })), { minLength: 1, maxLength: 5 });
  const capacity = fc.oneof(fc.integer({ min: 500, max: 1000 }), fc.constant(65_536));
  // Byte-wise cuts of hundreds of kilobytes take too long: at least one cut is large.
  await fc.assert(
    fc.asyncProperty(plan, capacity, cuts, (streams, size, c) => check(streams, size, [...c, 5000])),
    { numRuns: 25 },
  );
});
