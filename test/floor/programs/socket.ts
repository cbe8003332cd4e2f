/** Sockets: descriptors in messages, streams with back-pressure, long paths. */
import { decodeUtf8, encodeUtf8 } from "../../../src/base/text.ts";
import { memoryFile, openDescriptors } from "../../../src/sys/descriptor.ts";
import { removeTree } from "../../../src/sys/directory.ts";
import { close, mkdir, readFile } from "../../../src/sys/file.ts";
import { EPOLL, EventLoop } from "../../../src/sys/loop.ts";
import { effectiveUid, processId } from "../../../src/sys/process.ts";
import {
  accept,
  connectUnix,
  listenUnix,
  peerCredentials,
  receiveMessage,
  SOCK,
  sendDatagram,
  sendMessage,
  socketPair,
} from "../../../src/sys/socket.ts";
import { FdStream } from "../../../src/sys/stream.ts";
import type { Fd } from "../../../src/sys/syscall.ts";
import { equal, finish, holds, throws } from "../checks.ts";

const loop = new EventLoop((error) => {
  throw error;
});
const directory = `/tmp/floor-socket-${processId()}`;
mkdir(directory, 0o700);
const openBefore = openDescriptors().length;

const [left, right] = socketPair(SOCK.stream);
const buffer = new Uint8Array(100);
equal("no message waits", receiveMessage(right, buffer), undefined);
const files = ["one", "two"].map((text) => memoryFile(text, encodeUtf8(text)));
equal("a message with two descriptors", sendMessage(left, encodeUtf8("!"), files), 1);
for (const fd of files) close(fd);
const message = receiveMessage(right, buffer);
equal("its length", message?.length, 1);
equal(
  "the files arrive open, in order",
  message?.fds.map((fd) => decodeUtf8(readFile(`/proc/self/fd/${fd}`, 10))),
  ["one", "two"],
);
for (const fd of message?.fds ?? []) close(fd);

const many = Array.from({ length: 254 }, () => memoryFile("m", encodeUtf8("m")));
throws("more descriptors than the kernel passes", /^send message: invalid argument/, () => sendMessage(left, encodeUtf8("!"), many));
sendMessage(left, encodeUtf8("!"), many.slice(1));
for (const fd of many) close(fd);
const all = receiveMessage(right, buffer)?.fds ?? [];
equal("as many as it passes arrive", all.length, 253);
for (const fd of all) close(fd);
equal("a message without any", sendMessage(left, encodeUtf8("plain")), 5);
equal("arrives without any", receiveMessage(right, buffer), { length: 5, fds: [] });
close(left);
equal("the end of a stream", receiveMessage(right, buffer), { length: 0, fds: [] });
close(right);

/** A path far beyond the 108 bytes of sun_path. */
const deep = `${directory}/${"d".repeat(200)}`;
mkdir(deep, 0o700);
const listening = listenUnix(`${deep}/s.sock`);
equal("nobody knocks", accept(listening), undefined);
const client = connectUnix(`${deep}/s.sock`);
const server = accept(listening)?.fd;
holds("a connection over a long path", server !== undefined);
if (server !== undefined) {
  const peer = peerCredentials(server);
  equal("who is at the other end", [peer.pid, peer.uid], [processId(), effectiveUid()]);
  close(server);
}
close(client);
close(listening);
throws("nobody listens any more", /connect .*: connection refused/, () => connectUnix(`${deep}/s.sock`));
throws("a socket's name that is too long", /file name has/, () => listenUnix(`${directory}/${"n".repeat(120)}`));
holds("a datagram to nobody is dropped", !sendDatagram(connectedDatagram(), `${directory}/nobody`, encodeUtf8("x")));

function connectedDatagram(): Fd {
  const [one, other] = socketPair(SOCK.datagram);
  close(other);
  return one;
}

/** Far more than a socket's buffer, read slowly: nothing is lost, and the writer waits. */
async function backPressure(): Promise<void> {
  const [a, b] = socketPair(SOCK.stream).map((fd) => new FdStream(loop, fd));
  if (a === undefined || b === undefined) return;
  const chunk = new Uint8Array(65_536).fill(7);
  const chunks = 100;
  let written = 0;
  const writing = (async () => {
    for (let i = 0; i < chunks; i++) {
      await a.writev([chunk.subarray(0, 1_000), chunk.subarray(1_000)]);
      written++;
    }
    await a.closeWrite();
  })();
  await Promise.resolve();
  let total = 0;
  let waited = false;
  for (;;) {
    const bytes = await b.read();
    if (bytes === undefined) break;
    total += bytes.length;
    waited ||= written < chunks;
  }
  await writing;
  equal("every byte arrives", total, chunk.length * chunks);
  holds("the writer was held back", waited);
  await b.write(encodeUtf8("answer after half-close"));
  equal("the other direction is still open", decodeUtf8((await a.read()) ?? new Uint8Array()), "answer after half-close");
  const pending = a.read();
  a.close();
  a.close();
  equal("a read that waits ends when the stream is closed", await pending, undefined);
  await a.write(encodeUtf8("x")).then(
    () => holds("a write to a closed stream must fail", false),
    (error: unknown) => holds(`names the reason: ${error}`, /closed/.test(String(error))),
  );
  b.close();
}

await backPressure();
const [hung, gone] = socketPair(SOCK.stream);
close(gone);
await new Promise<void>((resolve) => {
  const watch = loop.watch(hung, 0, (events) => {
    holds("hang-up is told without being asked for", (events & EPOLL.hup) !== 0);
    watch.stop();
    resolve();
  });
});
close(hung);
removeTree(directory);
// one datagram socket of above stays
equal("no descriptor has leaked", openDescriptors().length, openBefore + 1);
finish();
