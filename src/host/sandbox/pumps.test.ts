import assert from "node:assert/strict";
import { test } from "node:test";
import { deferred } from "../../base/deferred.ts";
import type { ByteStream } from "../../base/stream.ts";
import { OutputPump, pumpInput } from "./pumps.ts";

/** What was written to it and how it was closed; `take` decides over each write. */
class RecordingStream implements ByteStream {
  readonly calls: string[] = [];
  readonly #incoming: readonly (string | undefined)[];
  readonly #take: () => Promise<void>;
  #read = 0;

  constructor(incoming: readonly (string | undefined)[] = [], take: () => Promise<void> = () => Promise.resolve()) {
    this.#incoming = incoming;
    this.#take = take;
  }

  read(): Promise<Uint8Array | undefined> {
    const text = this.#incoming[this.#read++];
    return Promise.resolve(text === undefined ? undefined : Buffer.from(text));
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#take();
    this.calls.push(Buffer.from(bytes).toString());
  }

  closeWrite(): Promise<void> {
    this.calls.push("closeWrite");
    return Promise.resolve();
  }

  close(): void {
    this.calls.push("close");
  }
}

test("output is handed on up to a count that its reader has to reach", async () => {
  const first = deferred();
  const sink = new RecordingStream([], () => first.promise);
  const pump = new OutputPump(new RecordingStream(["12345", "678"]), sink);
  let reached = false;
  const waiting = pump.handedOn(5).then(() => {
    reached = true;
  });
  await new Promise(setImmediate);
  assert.equal(reached, false);
  first.resolve();
  await waiting;
  await pump.ended;
  assert.deepEqual(sink.calls, ["12345", "678", "close"]);
});

test("a count that cannot be reached any more is not waited for", async () => {
  const pump = new OutputPump(new RecordingStream(["12"]), "discard");
  await pump.handedOn(1000);
  await pump.ended;
  await pump.handedOn(1000);
});

test("a reader that is gone, or goes, closes the guest's stream without an end of the input", async () => {
  const unread = new RecordingStream(["never read"]);
  await new OutputPump(unread, "gone").ended;
  assert.deepEqual(unread.calls, ["close"]);
  const sink = new RecordingStream([], () => Promise.reject(new Error("EPIPE")));
  const source = new RecordingStream(["a", "b"]);
  await new OutputPump(source, sink).ended;
  assert.deepEqual([source.calls, sink.calls], [["close"], ["close"]]);
});

test("input ends with its source; a terminal's only when it hung up", async () => {
  const target = new RecordingStream();
  await pumpInput(new RecordingStream(["in"]), target, { onHangUp: assert.fail });
  await pumpInput(undefined, target, { onHangUp: assert.fail });
  assert.deepEqual(target.calls, ["in", "closeWrite", "closeWrite"]);
  const terminal = new RecordingStream();
  const answers = [false, true];
  let hangUps = 0;
  await pumpInput(new RecordingStream([undefined, "typed"]), terminal, {
    hungUp: () => answers.shift() ?? true,
    onHangUp: () => hangUps++,
  });
  assert.deepEqual([terminal.calls, hangUps], [["typed"], 1]);
});
