/**
 * A two-way stream of bytes with back-pressure: what a socket, a multiplexer stream or a test pair offers to protocols.
 */
export interface ByteStream {
  /**
   * The next bytes, at least one; `undefined` at the end. The view is valid until the next `read` only. At most one read
   * is pending at a time. Rejects when the stream broke.
   *
   * A stream that reads from the kernel fills `into` when it is given and returns a view of it, which then stays the
   * caller's; others ignore it.
   */
  read(into?: Uint8Array): Promise<Uint8Array | undefined>;
  /**
   * Resolves when the bytes are handed on (not when they have arrived), so awaiting it is the back-pressure; `bytes` must
   * not change until then. Writes that overlap go out whole and in the order of the calls.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Several pieces as one write, without copying them together; absent where that would cost more than the copy. */
  writev?(parts: readonly Uint8Array[]): Promise<void>;
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
