/** A socket of Node's as the product's ByteStream. */
import type { Socket } from "node:net";
import type { ByteStream } from "../../src/base/stream.ts";

export function nodeStream(socket: Socket): ByteStream {
  let failure: Error | undefined;
  socket.on("error", (error) => {
    failure = error;
  });
  const next = (): Promise<Uint8Array | undefined> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const chunk: unknown = socket.read();
        if (chunk instanceof Uint8Array) done(() => resolve(chunk));
        else if (failure !== undefined) done(() => reject(failure as Error));
        else if (socket.readableEnded || socket.destroyed) done(() => resolve(undefined));
      };
      const done = (settle: () => void): void => {
        for (const event of ["readable", "end", "close"]) socket.off(event, look);
        settle();
      };
      for (const event of ["readable", "end", "close"]) socket.on(event, look);
      look();
    });
  return {
    read: next,
    write: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes.slice(), (error) => (error ? reject(error) : resolve()));
      }),
    closeWrite: () => new Promise((resolve) => socket.end(resolve)),
    close: () => {
      socket.destroy();
    },
  };
}
