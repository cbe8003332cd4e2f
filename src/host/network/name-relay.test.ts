import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeNameMessage, readNameMessages } from "../../protocol/name-messages.ts";
import { streamPair } from "../../protocol/testing/pair.ts";
import type { EventLoop } from "../../sys/loop.ts";
import { relayNames } from "./name-relay.ts";

const hello = encodeNameMessage({ id: 0, carrier: "stream", message: new Uint8Array(0) });
const loop = { after: () => () => {} } as unknown as EventLoop;
const nobody = (): never => {
  throw new Error("connection refused");
};

test("every question has an answer with its number, an empty one where nobody listens", async () => {
  const [guest, host] = streamPair({ capacity: 512 });
  const ids: number[] = [];
  const relaying = relayNames({ loop, stream: host, enter: nobody, onReady: (why) => assert.equal(why, undefined) });
  const reading = readNameMessages(guest, ({ id, message }) => {
    assert.equal(message.length, 0);
    ids.push(id);
    return undefined;
  });
  await guest.write(hello);
  for (let id = 1; id <= 300; id++) await guest.write(encodeNameMessage({ id, carrier: "datagram", message: Uint8Array.of(1) }));
  await guest.closeWrite();
  await relaying;
  host.close();
  await reading.catch(() => {});
  assert.deepEqual(
    [...ids].sort((a, b) => a - b),
    Array.from({ length: 300 }, (_, i) => i + 1),
  );
});

test("a guest that asks without reading answers is not read any more", async () => {
  const [guest, host] = streamPair({ capacity: 512 });
  let asked = 0;
  const enter = (): never => {
    asked++;
    return nobody();
  };
  const relaying = relayNames({ loop, stream: host, enter, onReady: () => {} });
  await guest.write(hello);
  let written = 0;
  const flood = (async () => {
    for (; ; written++) await guest.write(encodeNameMessage({ id: written & 0xffff, carrier: "stream", message: Uint8Array.of(1) }));
  })();
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.ok(written < 2000, `${written} questions were taken`);
  assert.ok(asked <= written);
  guest.close();
  host.close();
  await Promise.allSettled([flood, relaying]);
});

test("why the guest has no server is told in one line, whatever the guest says", async () => {
  const [guest, host] = streamPair();
  const told: (string | undefined)[] = [];
  const relaying = relayNames({ loop, stream: host, enter: nobody, onReady: (why) => told.push(why) });
  const message = new TextEncoder().encode(`bind\n${"x".repeat(1000)}`);
  await guest.write(encodeNameMessage({ id: 0, carrier: "stream", message }));
  await guest.closeWrite();
  await relaying;
  assert.match(told[0] ?? "", /^"bind\\nx+"$/);
  assert.ok((told[0]?.length ?? 0) < 300);
});
