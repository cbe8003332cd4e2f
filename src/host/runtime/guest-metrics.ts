/** What may be believed of the metrics that a guest says of itself. Pure. */
import type { Family, MetricType, Sample } from "./metric-family.ts";

const longestText = 256 << 10;
/** Whoever keeps the samples pays for each name and label: a guest must not be able to make as many as it likes. */
const mostSamples = 2000;

const comment = /^# (HELP|TYPE) (kata_(?:guest|agent)_[a-z0-9_]{1,100}) ([ -~]{0,200})$/;
const line = /^(kata_(?:guest|agent)_[a-z0-9_]{1,100})(?:\{([a-z_]{1,50}="[ -~]{0,100}"(?:,[a-z_]{1,50}="[ -~]{0,100}")*)\})? (\S{1,30})$/;
const number = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;
const labels = /^[a-z_]+="[^"\\]*"(?:,[a-z_]+="[^"\\]*")*$/;
const reserved = /(?:^|,)(?:sandbox_id|cri_uid|cri_name|cri_namespace|root|job|instance)=/;
const types: readonly string[] = ["counter", "gauge", "untyped"] satisfies MetricType[];

/**
 * The guest's text is hostile, and a page that breaks the format's rules is thrown away whole by who reads it. What is no line under the
 * guest's own names, a second time of the same, or no number is left out, and so are labels that the host gives.
 */
export function guestFamilies(text: string): Family[] {
  const found = new Map<string, { type: MetricType; help: string; samples: Map<string, Sample> }>();
  const named = (name: string) => {
    const entry = found.get(name) ?? { type: "untyped", help: "", samples: new Map() };
    found.set(name, entry);
    return entry;
  };
  let left = mostSamples;
  for (const each of text.slice(0, longestText).split("\n")) {
    const [, kind, about, rest = ""] = comment.exec(each) ?? [];
    if (about !== undefined) {
      const entry = named(about);
      if (kind === "HELP") entry.help = rest.replace(/\\/g, "");
      else if (types.includes(rest)) entry.type = rest as MetricType;
      continue;
    }
    const [, name, inner = "", value = ""] = line.exec(each) ?? [];
    if (name === undefined || left === 0 || !number.test(value)) continue;
    if (inner !== "" && (!labels.test(inner) || reserved.test(inner) || repeats(inner))) continue;
    const { samples } = named(name);
    if (samples.has(inner)) continue;
    samples.set(inner, { labels: inner, value });
    left--;
  }
  return [...found].flatMap(([name, { type, help, samples }]) =>
    samples.size === 0 ? [] : [{ name, type, help: help || "Of the guest.", samples: [...samples.values()] }],
  );
}

/** Whether a label's name comes twice. */
function repeats(inner: string): boolean {
  const names = [...inner.matchAll(/([a-z_]+)="[^"]*"/g)].map(([, name]) => name);
  return new Set(names).size !== names.length;
}
