/** Sixteen hex digits for a text, as a name; whoever uses it tells texts of one name apart by themselves. */
export function shortHash(text: string): string {
  return fnv(text, 0x811c9dc5) + fnv(text, 0x01000193);
}

/** FNV-1a with 32 bits, from a chosen offset. */
function fnv(text: string, offset: number): string {
  let h = offset;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return h.toString(16).padStart(8, "0");
}
