/** /proc/net/dev: a line for each link of a network namespace, below two of headings. */

/** What the columns count, in the kernel's order. */
export const linkCounters: readonly string[] = [
  ...["bytes", "packets", "errs", "drop", "fifo", "frame", "compressed", "multicast"].map((name) => `recv_${name}`),
  ...["bytes", "packets", "errs", "drop", "fifo", "colls", "carrier", "compressed"].map((name) => `sent_${name}`),
];

export interface LinkLine {
  readonly link: string;
  /** Of each of `linkCounters`, as it is written. */
  readonly values: readonly string[];
}

export function parseLinkCounters(text: string): LinkLine[] {
  return [...text.matchAll(/^ *(\S+): *(.*)$/gm)].map(([, link = "", values = ""]) => ({ link, values: values.trim().split(/\s+/) }));
}
