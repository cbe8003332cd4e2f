/** The results of `make bench-io` as Markdown. Pure. */

export interface IoRow {
  readonly name: string;
  /** Of `Mbit/s` more is better, of `ms` less. */
  readonly unit: "Mbit/s" | "ms";
}

export interface IoResults {
  readonly host: { readonly kernel: string; readonly cpus: number; readonly load: number };
  readonly rounds: number;
  /** Ours, then the other. */
  readonly contenders: readonly string[];
  /** `samples` has a list for each contender. */
  readonly rows: readonly (IoRow & { readonly samples: readonly (readonly number[])[] })[];
}

export function ioTable({ host, rounds, contenders, rows }: IoResults): string {
  const head = ["median (least, most)", "", ...contenders, "ratio"];
  const lines = rows.map(({ name, unit, samples }) => [name, unit, ...samples.map(cell), ratio(unit, samples).toFixed(2)]);
  const text = `Host kernel ${host.kernel}, ${host.cpus} CPUs, load ${host.load.toFixed(1)} at the start, ${rounds} rounds.`;
  return [text, "", `| ${head.join(" | ")} |`, `|${"---|".repeat(head.length)}`, ...lines.map((cells) => `| ${cells.join(" | ")} |`)].join(
    "\n",
  );
}

/** How good ours is: 1 is as good as the other, more is better. */
export function ratio(unit: IoRow["unit"], [ours = [], other = []]: readonly (readonly number[])[]): number {
  const value = median(ours) / median(other);
  return unit === "ms" ? 1 / value : value;
}

const cell = (list: readonly number[]): string => `${figure(median(list))} (${figure(Math.min(...list))}, ${figure(Math.max(...list))})`;
const figure = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(0));
const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;
