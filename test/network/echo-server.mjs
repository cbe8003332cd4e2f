/** TCP echo on port 7; on UDP port 53 the answer to every DNS question for an IPv4 address is 10.9.0.99. */
import { createSocket } from "node:dgram";
import { createServer } from "node:net";

const answer = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 9, 0, 99]);
const udp = createSocket("udp6");
udp.on("message", (question, { address, port }) => {
  const reply = Buffer.from(question);
  reply.writeUInt16BE(0x8180, 2);
  const isIpv4 = question.readUInt16BE(question.length - 4) === 1;
  reply.writeUInt16BE(isIpv4 ? 1 : 0, 6);
  udp.send(isIpv4 ? Buffer.concat([reply, answer]) : reply, port, address);
});
const tcp = createServer((socket) => {
  socket.on("error", () => {});
  socket.pipe(socket);
});
udp.bind(53, "::", () => tcp.listen(7, "::", () => process.stdout.write("ready\n")));
