/** Prometheus' text format: families of samples, put together from several sources so that each name is explained once. Pure. */
import type { HistogramCounts } from "../../base/histogram.ts";

export type MetricType = "counter" | "gauge" | "histogram" | "untyped";

export interface Sample {
  /** Of a histogram: `_bucket`, `_sum`, `_count`. */
  readonly suffix?: string;
  /** As they stand between the braces, values escaped: `item="load1"`. */
  readonly labels: string;
  readonly value: number | string;
}

/** All samples of one name. */
export interface Family {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** `items` are [value of the label `item`, value]; with the label "" there is none. Nothing without items. */
export function family(name: string, type: MetricType, help: string, items: readonly (readonly [string, number])[]): Family[] {
  if (items.length === 0) return [];
  return [{ name, type, help, samples: items.map(([item, value]) => ({ labels: item === "" ? "" : `item="${item}"`, value })) }];
}

/** Cumulative, as the format has it. `rows`: each histogram with its labels. */
export function histogramFamily(
  name: string,
  help: string,
  bounds: readonly number[],
  rows: readonly (HistogramCounts & { readonly labels: string })[],
): Family {
  const samples = rows.flatMap(({ labels, counts, sum }): Sample[] => {
    let total = 0;
    const before = labels === "" ? "" : `${labels},`;
    const buckets = [...bounds, "+Inf"].map((bound, i): Sample => {
      total += counts[i] ?? 0;
      return { suffix: "_bucket", labels: `${before}le="${bound}"`, value: total };
    });
    return [...buckets, { suffix: "_sum", labels, value: sum }, { suffix: "_count", labels, value: total }];
  });
  return { name, type: "histogram", help, samples };
}

export const escapeLabel = (value: string): string => value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");

/** Labels as they stand between the braces; what is undefined is left out. */
export function labelText(labels: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(labels)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}="${escapeLabel(value)}"`]))
    .join(",");
}

/** One source's families, and the labels that all its samples get in front of their own. */
export interface LabelledFamilies {
  readonly labels: string;
  readonly families: readonly Family[];
}

/** A page. The format wants the samples of a name side by side, whatever source they are of. */
export function metricsPage(sources: readonly LabelledFamilies[]): string {
  const pages = new Map<string, string[]>();
  for (const { labels, families } of sources)
    for (const { name, type, help, samples } of families) {
      const lines = pages.get(name) ?? [`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`];
      pages.set(name, lines);
      for (const sample of samples) lines.push(sampleLine(name, labels, sample));
    }
  return [...pages.values()].map((lines) => lines.join("")).join("");
}

function sampleLine(name: string, outer: string, { suffix = "", labels, value }: Sample): string {
  const all = outer === "" ? labels : labels === "" ? outer : `${outer},${labels}`;
  return `${name}${suffix}${all === "" ? "" : `{${all}}`} ${value}\n`;
}
