import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { decodeAttributes, NLM, RouteSocket, u32, zeroTerminated } from "./netlink.ts";
import { type FakeFloor, installFakeFloor } from "./testing/fake-floor.ts";

let fake: FakeFloor | undefined;
afterEach(() => fake?.remove());

/** A kernel that keeps what it was sent and answers with these messages: type, sequence number, body. */
function kernel(...answers: (readonly [type: number, sequence: number, body: Uint8Array])[]): Uint8Array[] {
  const sent: Uint8Array[] = [];
  fake = installFakeFloor({
    socket: () => 7,
    write: (_fd, bytes) => {
      if (!(bytes instanceof Uint8Array)) return -14;
      sent.push(bytes.slice());
      return bytes.length;
    },
    read: (_fd, buffer) => {
      if (!(buffer instanceof Uint8Array)) return -14;
      const view = new DataView(buffer.buffer);
      let at = 0;
      for (const [type, sequence, body] of answers) {
        view.setUint32(at, 16 + body.length, true);
        view.setUint16(at + 4, type, true);
        view.setUint32(at + 8, sequence, true);
        buffer.set(body, at + 16);
        at += (16 + body.length + 3) & ~3;
      }
      return at;
    },
    close: () => 0,
  });
  return sent;
}

test("a request carries its fixed part and its attributes, padded and nested", () => {
  const sent = kernel([2, 1, u32(0)]);
  new RouteSocket().request("test", 24, NLM.create, Uint8Array.of(1, 2, 3, 4), [
    { type: 3, value: zeroTerminated("lo") },
    { type: 8, value: [{ type: 2, value: u32(1350) }] },
  ]);
  const [message = new Uint8Array()] = sent;
  assert.equal(message.length, 16 + 4 + 8 + 12);
  const view = new DataView(message.buffer);
  assert.deepEqual(
    [view.getUint32(0, true), view.getUint16(4, true), view.getUint16(6, true), view.getUint32(8, true)],
    [40, 24, NLM.create | NLM.request | NLM.ack, 1],
  );
  const attributes = decodeAttributes(message.subarray(20));
  assert.deepEqual(attributes.get(3), zeroTerminated("lo"));
  assert.deepEqual(decodeAttributes(attributes.get(8) ?? new Uint8Array()).get(2), u32(1350));
});

test("a dump's answers are collected to its end, strangers' left out", () => {
  kernel([16, 1, Uint8Array.of(1)], [16, 99, Uint8Array.of(9)], [16, 1, Uint8Array.of(2)], [3, 1, u32(0)]);
  const answers = new RouteSocket().request("list links", 18, NLM.dump, new Uint8Array(16));
  assert.deepEqual(
    answers.map(({ body }) => [...body]),
    [[1], [2]],
  );
});

test("a refusal is an error that names what was asked", () => {
  kernel([2, 1, new Uint8Array(new Int32Array([-17]).buffer)]);
  assert.throws(() => new RouteSocket().request("add route", 24, 0, new Uint8Array(12)), /add route: file exists/);
});

test("attributes cut short end the list", () => {
  assert.equal(decodeAttributes(Uint8Array.of(8, 0, 1, 0, 1, 2)).size, 0);
  assert.equal(decodeAttributes(Uint8Array.of(2, 0, 1, 0)).size, 0);
  assert.equal(decodeAttributes(new Uint8Array()).size, 0);
});
