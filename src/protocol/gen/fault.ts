// Generated from proto/fault.proto by tools/protogen.ts. Do not edit.
import { decode, encode, type Init } from "../wire.ts";
import type { Reader } from "../wire-reader.ts";
import type { Writer } from "../wire-writer.ts";

export interface FaultFacts {
  component: string;
  code: string;
}

export function readFaultFacts(r: Reader, end: number, m: FaultFacts = { component: "", code: "" }): FaultFacts {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.component = r.string(); break;
      case 18: m.code = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeFaultFacts(w: Writer, m: Init<FaultFacts>): void {
  w.string(10, m.component);
  w.string(18, m.code);
}

export function encodeFaultFacts(m: Init<FaultFacts>): Uint8Array {
  return encode(m, writeFaultFacts);
}

export function decodeFaultFacts(bytes: Uint8Array): FaultFacts {
  return decode(bytes, readFaultFacts);
}
