/**
 * The guest that finds out whether an accelerator works: an ELF image that QEMU starts by PVH like our kernels. It turns
 * paging and long mode on, does 20 million calls, and ends QEMU through the isa-debug-exit device.
 *
 * The calls tell a KVM that runs guests (40 ms; TCG 130 ms) from one that interprets them instruction by instruction,
 * which a handful of instructions would not.
 */

/** QEMU's exit code when the guest got to its end: isa-debug-exit makes (value << 1) | 1 of what is written to it. */
export const probeExitCode = (0x15 << 1) | 1;
export const debugExitPort = 0xf4;

const loadAddress = 0x100000;
const codeOffset = 0xd0;
const noteOffset = 0xb0;

/** Assembled for loadAddress + codeOffset (0x1000d0). PVH starts it in 32-bit mode without paging. */
const code = [
  "fc31c0bf00002000b9000c0000f3ab", //   cld; clear 12 KiB at 0x200000: three page tables
  "c7050000200003102000", //             PML4[0] = 0x201000 | present, writable
  "c7050010200003202000", //             PDPT[0] = 0x202000 | present, writable
  "c7050020200083000000", //             PD[0]   = 0, 2 MiB page | present, writable
  "b8000020000f22d8", //                 cr3 = 0x200000
  "0f20e083c8200f22e0", //               cr4.PAE
  "b9800000c00f320d000100000f30", //     EFER.LME
  "0f20c00d000000800f22c0", //           cr0.PG
  "0f011570011000bc00f01f00", //         lgdt 0x100170; esp = 0x1ff000
  "ea3a0110000800", //                   ljmp 8:0x10013a: 64-bit from here
  "b8010000000fa20f31", //               cpuid; rdtsc
  "b9002d3101e80a000000ffc975f7", //     20 million times: call a function that returns
  "b015e6f4eb01c3f4ebfd", //             out 0xf4, 0x15; (ret;) hlt for ever
  "0f1f440000", //                       padding
  "0000000000000000", //                 GDT: null
  "00000000009a2000", //                 GDT: 64-bit code
  "0f0060011000", //                     GDTR: limit 15, base 0x100160
].join("");

export function probeGuestImage(): Uint8Array {
  const size = codeOffset + code.length / 2;
  const image = new Uint8Array(size);
  const view = new DataView(image.buffer);
  writeFileHeader(image, view);
  writeSegment(view, 0x40, { type: 1, flags: 7, offset: 0, size, align: 0x1000 }); // PT_LOAD: everything, at loadAddress
  writeSegment(view, 0x78, { type: 4, flags: 4, offset: noteOffset, size: 24, align: 4 }); // PT_NOTE
  writeEntryNote(image, view);
  for (let i = 0; i < code.length; i += 2) image[codeOffset + i / 2] = Number.parseInt(code.slice(i, i + 2), 16);
  return image;
}

/** Elf64_Ehdr: an executable for x86-64. */
function writeFileHeader(image: Uint8Array, view: DataView): void {
  image.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 2, true); // ET_EXEC
  view.setUint16(18, 62, true); // EM_X86_64
  view.setUint32(20, 1, true);
  view.setUint32(24, loadAddress + codeOffset, true);
  view.setUint32(32, 0x40, true); // program headers
  view.setUint16(52, 64, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, 2, true);
}

interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly size: number;
  readonly align: number;
}

/** Elf64_Phdr; virtual and physical address are the same. Every 64-bit field's upper half is 0. */
function writeSegment(view: DataView, at: number, segment: Segment): void {
  view.setUint32(at, segment.type, true);
  view.setUint32(at + 4, segment.flags, true);
  view.setUint32(at + 8, segment.offset, true);
  view.setUint32(at + 16, loadAddress + segment.offset, true);
  view.setUint32(at + 24, loadAddress + segment.offset, true);
  view.setUint32(at + 32, segment.size, true);
  view.setUint32(at + 40, segment.size, true);
  view.setUint32(at + 48, segment.align, true);
}

/** XEN_ELFNOTE_PHYS32_ENTRY (18) of "Xen": where PVH starts (xen/include/public/elfnote.h). */
function writeEntryNote(image: Uint8Array, view: DataView): void {
  view.setUint32(noteOffset, 4, true);
  view.setUint32(noteOffset + 4, 8, true);
  view.setUint32(noteOffset + 8, 18, true);
  image.set([0x58, 0x65, 0x6e], noteOffset + 12);
  view.setUint32(noteOffset + 16, loadAddress + codeOffset, true);
}
