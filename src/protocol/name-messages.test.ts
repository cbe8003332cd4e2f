import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeNameMessage, encodeRecord, longestName, type NameMessage, readNameMessages, readRecords } from "./name-messages.ts";
import { streamPair } from "./testing/pair.ts";

test("messages arrive whole and in order, however the stream cuts them", async () => {
  const [here, there] = streamPair({ cut: () => 3 });
  const sent: NameMessage[] = [
    { id: 0xfffe, carrier: "stream", message: Uint8Array.of(1, 2, 3, 4, 5, 6, 7) },
    { id: 1, carrier: "datagram", message: new Uint8Array(0) },
    { id: 0, carrier: "datagram", message: new Uint8Array(longestName).fill(9) },
  ];
  const seen: NameMessage[] = [];
  const reading = readNameMessages(there, (message) => void seen.push(message));
  for (const message of sent) await here.write(encodeNameMessage(message));
  await here.closeWrite();
  await reading;
  assert.deepEqual(seen, sent);
});

test("a record that ends early is an error, and none of its bytes are handed on", async () => {
  const [here, there] = streamPair();
  await here.write(encodeRecord(Uint8Array.of(1, 2, 3)).subarray(0, 4));
  await here.closeWrite();
  await assert.rejects(
    readRecords(there, () => assert.fail("handed on")),
    /inside a frame/,
  );
});
