import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chainMessage, Fault, hasCode } from "../../../base/fault.ts";
import type { ByteStream } from "../../../base/stream.ts";
import { decodeUtf8, encodeUtf8 } from "../../../base/text.ts";
import { streamPair } from "../../../protocol/testing/pair.ts";
import { ManualTimers } from "../../../protocol/testing/timers.ts";
import { Qmp, type QmpEvent } from "./qmp.ts";
import { LineCutter, parseQmpMessage } from "./qmp-message.ts";

const greeting = { QMP: { version: { qemu: { major: 7, minor: 2, micro: 22 } }, capabilities: [] } };

interface Scene {
  readonly qmp: Qmp;
  readonly timers: ManualTimers;
  readonly events: QmpEvent[];
  say(message: unknown): Promise<void>;
  /** The next command that QEMU got. */
  heard(): Promise<{ execute: string; arguments?: unknown; id: string }>;
  readonly monitor: ByteStream;
}

const says = (pattern: RegExp) => (error: unknown) => pattern.test(chainMessage(error));

function scene(): Scene {
  const [ours, monitor] = streamPair();
  const timers = new ManualTimers();
  const events: QmpEvent[] = [];
  const qmp = new Qmp(ours, { timers, onEvent: (event) => events.push(event) });
  const lines: string[] = [];
  return {
    qmp,
    timers,
    events,
    monitor,
    say: (message) => monitor.write(encodeUtf8(`${typeof message === "string" ? message : JSON.stringify(message)}\r\n`)),
    heard: async () => {
      while (lines.length === 0)
        lines.push(
          ...decodeUtf8((await monitor.read()) ?? assert.fail("closed"))
            .trimEnd()
            .split("\n"),
        );
      return JSON.parse(lines.shift() as string);
    },
  };
}

test("greet() negotiates and answers with QEMU's version", async () => {
  const { qmp, say, heard } = scene();
  const version = qmp.greet(1000);
  await say(greeting);
  const command = await heard();
  assert.equal(command.execute, "qmp_capabilities");
  await say({ return: {}, id: command.id });
  assert.equal(await version, "7.2.22");
});

test("greet() gives up when QEMU says nothing", async () => {
  const { qmp, timers } = scene();
  const version = qmp.greet(3000);
  timers.advance(3000);
  await assert.rejects(version, /no answer \(greeting\) within 3 s/);
});

test("execute() matches answers that come in another order, with events between", async () => {
  const { qmp, say, heard, events } = scene();
  const first = qmp.execute("query-status");
  const second = qmp.execute("stop", { force: true });
  const [a, b] = [await heard(), await heard()];
  assert.deepEqual(b.arguments, { force: true });
  await say({ return: { second: 2 }, id: b.id });
  await say({ event: "STOP", timestamp: {} });
  await say({ return: { running: true }, id: a.id });
  assert.deepEqual(await first, { running: true });
  assert.deepEqual(await second, { second: 2 });
  assert.deepEqual(
    events.map((event) => [event.name, event.data]),
    [["STOP", {}]],
  );
});

test("execute() passes on why QEMU refused", async () => {
  const { qmp, say, heard } = scene();
  const answer = qmp.execute("device_add", {});
  const { id } = await heard();
  await say({ error: { class: "DeviceNotFound", desc: "no such device" }, id });
  await assert.rejects(
    answer,
    (error) => hasCode(error, "DeviceNotFound") && chainMessage(error) === "monitor command device_add: no such device",
  );
});

test("execute() fails when its time runs out; the late answer disturbs nobody", async () => {
  const { qmp, say, heard, timers } = scene();
  const slow = qmp.execute("query-status", undefined, { timeoutMs: 50 });
  const { id } = await heard();
  timers.advance(50);
  await assert.rejects(slow, (error) => hasCode(error, "deadline-exceeded"));
  await say({ return: 1, id });
  const next = qmp.execute("stop");
  await say({ return: 2, id: (await heard()).id });
  assert.equal(await next, 2);
  assert.equal(timers.pending, 0);
});

test("a monitor that closes fails what waits and what comes later", async () => {
  const { qmp, monitor, heard } = scene();
  const waiting = qmp.execute("quit");
  await heard();
  monitor.close();
  await assert.rejects(waiting, says(/^monitor command quit: monitor closed/));
  assert.equal(await qmp.closed, undefined);
  await assert.rejects(qmp.execute("stop"), /monitor closed before stop/);
});

for (const [what, line] of [
  ["no JSON", "{"],
  ["no object", "[1]"],
  ["neither greeting", "{}"],
] as const) {
  test(`a monitor that sends what is ${what} ends the connection with a reason`, async () => {
    const { qmp, say } = scene();
    const waiting = qmp.execute("stop");
    await say(line);
    await assert.rejects(waiting, says(new RegExp(`read monitor: .*${what}`)));
    assert.match((await qmp.closed)?.message ?? "", new RegExp(what));
  });
}

test("parseQmpMessage() never throws anything but a Fault and knows what it returns", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.json(), fc.string(), fc.constantFrom('{"QMP":{}}', '{"event":"X","data":7}', '{"error":{}}', '{"return":null,"id":[]}')),
      (line) => {
        try {
          assert.ok(["greeting", "return", "error", "event"].includes(parseQmpMessage(line).kind));
        } catch (error) {
          assert.ok(error instanceof Fault, String(error));
        }
      },
    ),
  );
});

test("LineCutter gives the same lines however the bytes are cut", () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z{}]{0,20}$/), { minLength: 1, maxLength: 10 }),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      (lines, cuts) => {
        const bytes = encodeUtf8(lines.map((line) => `${line}\n`).join(""));
        const cutter = new LineCutter(64);
        const got: string[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = cuts[i % cuts.length] as number;
          got.push(...cutter.cut(bytes.slice(at, at + size)).map(decodeUtf8));
          at += size;
        }
        assert.deepEqual(got, lines);
      },
    ),
  );
});

test("LineCutter refuses a line that is too long, also before it ends", () => {
  const cutter = new LineCutter(10);
  assert.deepEqual(cutter.cut(encodeUtf8("0123456789")), []);
  assert.throws(() => cutter.cut(encodeUtf8("x")), /more than 10 bytes/);
});
