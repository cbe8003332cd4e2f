/** A name server as Docker's: on 127.0.0.11, UDP and TCP, every name is 10.9.0.99; `silent.test` has no answer. */
import { createSocket } from "node:dgram";
import { createServer } from "node:net";

const address = "127.0.0.11";
const record = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 9, 0, 99]);

function answer(question) {
  if (question.includes("silent")) return undefined;
  const reply = Buffer.from(question);
  reply.writeUInt16BE(0x8180, 2);
  const isIpv4 = question.readUInt16BE(question.length - 4) === 1;
  reply.writeUInt16BE(isIpv4 ? 1 : 0, 6);
  return isIpv4 ? Buffer.concat([reply, record]) : reply;
}

const udp = createSocket("udp4");
udp.on("message", (question, from) => {
  const reply = answer(question);
  if (reply) udp.send(reply, from.port, from.address);
});
const tcp = createServer((socket) => {
  socket.on("error", () => {});
  socket.on("data", (bytes) => {
    const reply = answer(bytes.subarray(2));
    if (reply) socket.write(Buffer.concat([Buffer.from([reply.length >> 8, reply.length & 0xff]), reply]));
  });
});
udp.bind(53, address, () => tcp.listen(53, address, () => process.stdout.write("ready\n")));
