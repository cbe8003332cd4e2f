/**
 * The host's end of the guest's name server: asks the engine's, in the pod's network namespace, what the guest asks. What comes
 * from the guest is never looked into; its size, number and pace are bounded.
 */
import type { ByteStream } from "../../base/stream.ts";
import { engineResolver } from "../../protocol/engine-resolver.ts";
import {
  encodeNameMessage,
  encodeRecord,
  longestName,
  type NameMessage,
  readNameMessages,
  readRecords,
} from "../../protocol/name-messages.ts";
import { connectInternet } from "../../sys/internet.ts";
import type { EventLoop } from "../../sys/loop.ts";
import { SOCK } from "../../sys/socket.ts";
import { FdStream } from "../../sys/stream.ts";
import type { Fd } from "../../sys/syscall.ts";

export interface NameRelayOptions {
  readonly loop: EventLoop;
  /** To the guest's name server. */
  readonly stream: ByteStream;
  /** Runs `work`, which makes a socket, in the pod's network namespace. */
  readonly enter: (work: () => Fd) => Fd;
  /** The guest's name server is there, or why not. */
  readonly onReady: (why: string | undefined) => void;
}

const mostAsked = 64;
/** Docker's own gives each of its servers up to 4 s and asks the next. */
const patienceMs = 15_000;
const longestReason = 200;
const none = new Uint8Array(0);

/** Until the stream ends; rejects when it breaks. */
export async function relayNames({ loop, stream, enter, onReady }: NameRelayOptions): Promise<void> {
  let ready = false;
  let asked = 0;
  const answer = ({ id, carrier }: NameMessage, message: Uint8Array): Promise<void> =>
    stream.write(encodeNameMessage({ id, carrier, message }));
  await readNameMessages(stream, (question) => {
    if (!ready) {
      ready = true;
      const { message } = question;
      onReady(message.length === 0 ? undefined : JSON.stringify(String.fromCharCode(...message.subarray(0, longestReason))));
      return undefined;
    }
    if (asked >= mostAsked) return answer(question, none); // and nothing more is read until that is on its way
    asked++;
    void ask(loop, enter, question)
      .then((message) => answer(question, message))
      .catch(() => {}) // the stream is over
      .then(() => {
        asked--;
      });
    return undefined;
  });
}

/** Empty: no answer. */
async function ask(loop: EventLoop, enter: NameRelayOptions["enter"], { carrier, message }: NameMessage): Promise<Uint8Array> {
  let server: FdStream | undefined;
  let cancel = (): void => {};
  try {
    const fd = enter(() => connectInternet(carrier === "stream" ? SOCK.stream : SOCK.datagram, engineResolver));
    const opened = new FdStream(loop, fd, carrier === "stream" ? {} : { bufferSize: longestName });
    server = opened;
    cancel = loop.after(patienceMs, () => opened.close());
    return await (carrier === "stream" ? askByStream(opened, message) : askByDatagram(opened, message));
  } catch {
    return none; // nobody listens there, or it hung up
  } finally {
    cancel();
    server?.close();
  }
}

async function askByDatagram(server: ByteStream, question: Uint8Array): Promise<Uint8Array> {
  await server.write(question);
  for (;;) {
    const answer = await server.read();
    if (!answer) return none;
    // both begin with the number that the asker gave
    if (answer.length > 2 && answer[0] === question[0] && answer[1] === question[1]) return answer.slice();
  }
}

async function askByStream(server: ByteStream, question: Uint8Array): Promise<Uint8Array> {
  let answer: Uint8Array = none;
  await server.write(encodeRecord(question));
  const first = (message: Uint8Array): undefined => {
    if (answer.length === 0) answer = message;
    server.close(); // one is all that was asked for
  };
  await readRecords(server, first).catch(() => {});
  return answer;
}
