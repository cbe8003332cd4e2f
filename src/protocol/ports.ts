/** Ports of the agent in the guest, the same on vsock, hybrid vsock and the multiplexed serial port. */

/** ttrpc: `grpc.AgentService` and `grpc.Health`. */
export const agentPort = 1024;
/** One connection: the agent's log, a JSON object a line. */
export const logPort = 1025;
/** Raw bytes of a shell's terminal, one shell a connection. */
export const debugConsolePort = 1026;
/** One connection per standard stream, told apart by the caller's source port (the `*_port` fields of the requests). */
export const stdioPort = 1027;
/** One connection, for as long as the guest is to have the engine's name server; see name-messages.ts. */
export const nameServerPort = 1028;
