/**
 * A two-way stream of bytes with back-pressure: what a socket, a multiplexer stream or a test pair offers to protocols.
 */
export interface ByteStream {
  /**
   * The next bytes, at least one; `undefined` at the end. The view is valid until the next `read` only. At most one read
   * is pending at a time. Rejects when the stream broke.
   */
  read(): Promise<Uint8Array | undefined>;
  /** Resolves when the bytes are handed on (not when they have arrived), so awaiting it is the back-pressure. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the outgoing direction after what was written. */
  closeWrite(): Promise<void>;
  /** Drops both directions at once; pending and later calls fail or end. Idempotent. */
  close(): void;
}

/** A way to the agent: one method, whatever carries it (vsock, hybrid vsock, a multiplexed serial port). */
export interface Transport {
  /** Opens a stream to `port` in the guest. */
  dial(port: number): Promise<DialedStream>;
  close(): void;
}

export interface DialedStream extends ByteStream {
  /** The port at this end: what the agent sees as the caller's source port (keys passed-through stdio). */
  readonly localPort: number;
}
