/** Where Docker's name server for user-defined networks listens, in the network namespace of each container (libnetwork, resolver). */
export const engineResolver = { address: Uint8Array.of(127, 0, 0, 11), port: 53, text: "127.0.0.11" } as const;
