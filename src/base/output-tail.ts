import type { ByteStream } from "./stream.ts";
import { decodeUtf8 } from "./text.ts";

/** What is kept of an output. */
const keptBytes = 4096;

/** The last bytes of a guest's console or of a daemon's words. They are hostile: the text that comes out is printable. */
export class OutputTail {
  #bytes = new Uint8Array(keptBytes);
  #length = 0;
  #cut = false;

  get empty(): boolean {
    return this.#length === 0;
  }

  push(chunk: Uint8Array): void {
    const news = chunk.length > keptBytes ? chunk.subarray(chunk.length - keptBytes) : chunk;
    const keep = Math.min(this.#length, keptBytes - news.length);
    this.#cut ||= keep < this.#length || news.length < chunk.length;
    this.#bytes.copyWithin(0, this.#length - keep, this.#length);
    this.#bytes.set(news, keep);
    this.#length = keep + news.length;
  }

  /** Whole lines (the first is dropped when its start was lost), without terminal control sequences, at most 4 KB. */
  text(): string {
    const text = printable(decodeUtf8(this.#bytes.subarray(0, this.#length)));
    const firstEnd = text.indexOf("\n");
    return (this.#cut && firstEnd >= 0 ? text.slice(firstEnd + 1) : text).trimEnd();
  }
}

/**
 * Text that may be shown on a terminal or put into a log: no escape sequences (ECMA-48: CSI, OSC, single ones), no other
 * control characters but line feed and tab, none of the C1 controls and bidirectional overrides.
 */
export function printable(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
      .replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g, "")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "")
  );
}

/** Reads `stream` to its end or its break into `tail`, then closes it. `onBytes` is called after each chunk. */
export async function drainInto(tail: OutputTail, stream: ByteStream, onBytes: () => void = () => {}): Promise<void> {
  try {
    for (let chunk = await stream.read(); chunk !== undefined; chunk = await stream.read()) {
      tail.push(chunk);
      onBytes();
    }
  } catch {
    // the other end broke: what came before is what there is
  } finally {
    stream.close();
  }
}
