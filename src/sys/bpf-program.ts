/** Instructions of eBPF programs (linux/bpf.h, Documentation/bpf/standardization/instruction-set.rst). Pure. */

export interface Instruction {
  readonly code: number;
  readonly to: number;
  readonly from?: number;
  readonly offset?: number;
  readonly value?: number;
}

/** A word of the context, which register 1 points at when the program begins. */
export const load = (to: number, offset: number): Instruction => ({ code: 0x61, to, from: 1, offset });
/** A register into a word of the context. */
export const store = (offset: number, from: number): Instruction => ({ code: 0x63, to: 1, from, offset });
export const set = (to: number, value: number): Instruction => ({ code: 0xb7, to, value });
/** Jumps over `offset` instructions. */
export const unlessEqual = (register: number, value: number, offset = 0): Instruction => ({ code: 0x55, to: register, value, offset });
export const exit: Instruction = { code: 0x95, to: 0 };

/** struct bpf_insn[] */
export function assemble(instructions: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(instructions.length * 8);
  const view = new DataView(bytes.buffer);
  instructions.forEach(({ code, to, from = 0, offset = 0, value = 0 }, i) => {
    view.setUint8(i * 8, code);
    view.setUint8(i * 8 + 1, to | (from << 4));
    view.setInt16(i * 8 + 2, offset, true);
    view.setInt32(i * 8 + 4, value, true);
  });
  return bytes;
}
