/** The multiplexer over a socket pair, on the real engine: many streams, back-pressure, ends and refusals. */
import type { ByteStream } from "../../../src/base/stream.ts";
import { decodeUtf8, encodeUtf8 } from "../../../src/base/text.ts";
import { muxAcceptor, muxDialer } from "../../../src/protocol/mux.ts";
import { EventLoop } from "../../../src/sys/loop.ts";
import { SOCK, socketPair } from "../../../src/sys/socket.ts";
import { FdStream } from "../../../src/sys/stream.ts";
import { equal, finish, holds } from "../checks.ts";

const loop = new EventLoop((error) => {
  throw error;
});
const echoPort = 7;
const [here, there] = socketPair(SOCK.stream);

async function echo(stream: ByteStream): Promise<void> {
  for (;;) {
    const bytes = await stream.read();
    if (bytes === undefined) break;
    await stream.write(bytes);
  }
  await stream.closeWrite();
}

muxAcceptor(new FdStream(loop, there), (port, stream) => {
  if (port !== echoPort) return false;
  echo(stream).catch(() => {});
  return true;
});
const transport = muxDialer(new FdStream(loop, here), loop);
await transport.ping(10_000);

async function exchange(total: number): Promise<{ length: number; sum: number }> {
  const stream = await transport.dial(echoPort);
  const chunk = new Uint8Array(10_000).fill(3);
  const sending = (async () => {
    for (let sent = 0; sent < total; sent += chunk.length) await stream.write(chunk);
    await stream.closeWrite();
  })();
  let length = 0;
  let sum = 0;
  for (;;) {
    const bytes = await stream.read();
    if (bytes === undefined) break;
    length += bytes.length;
    sum += (bytes[0] ?? 0) + (bytes.at(-1) ?? 0);
  }
  await sending;
  return { length, sum };
}

// each far beyond its window, all at once
const results = await Promise.all([1_000_000, 2_000_000, 500_000].map(exchange));
equal(
  "every stream gets back all that it sent",
  results.map(({ length }) => length),
  [1_000_000, 2_000_000, 500_000],
);
holds(
  "and nothing else",
  results.every(({ sum }) => sum % 6 === 0 && sum > 0),
);

const refused = await transport.dial(echoPort + 1);
const reason = await refused.read().then(String, String);
holds(`a port without a listener is refused: ${reason}`, /refused/i.test(reason));

const text = await transport.dial(echoPort);
await text.write(encodeUtf8("é"));
equal("a stream lives on beside one that was refused", decodeUtf8((await text.read()) ?? new Uint8Array()), "é");
holds("streams have ids of their own", text.localPort !== refused.localPort);
text.close();

transport.close();
equal("closing is no fault", await transport.closed, undefined);
await transport.dial(echoPort).then(
  () => holds("a closed transport must not dial", false),
  () => holds("a closed transport does not dial", true),
);
finish();
