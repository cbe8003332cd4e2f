/** A strict reader of Prometheus' text format, for tests: what it takes, Prometheus takes. */
import assert from "node:assert/strict";

export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Fails where the format is not kept: each name explained once, its samples side by side, no series twice. */
export function parseExposition(text: string): Series[] {
  assert.ok(text === "" || text.endsWith("\n"), "the last line ends");
  const explained = new Set<string>();
  const seen = new Set<string>();
  const series: Series[] = [];
  let current = { name: "", type: "" };
  for (const line of text.split("\n").slice(0, -1)) {
    const [, kind, about = "", rest = ""] = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line) ?? [];
    if (kind !== undefined) {
      assert.ok(!explained.has(`${kind} ${about}`), `twice: ${line}`);
      explained.add(`${kind} ${about}`);
      if (kind === "TYPE") assert.match(rest, /^(?:counter|gauge|histogram|untyped)$/);
      current = { name: about, type: kind === "TYPE" ? rest : "" };
      continue;
    }
    const [, name = "", braces = "", value = ""] = /^([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)+)\})? (\S+)$/.exec(line) ?? [];
    assert.ok(name !== "", `not a sample: ${line}`);
    const base = current.type === "histogram" ? name.replace(/_(?:bucket|sum|count)$/, "") : name;
    assert.equal(base, current.name, `among the samples of another name: ${line}`);
    const pairs = [...braces.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = "", inner = ""]) => [key, inner] as const);
    const labels = Object.fromEntries(pairs);
    assert.equal(Object.keys(labels).length, pairs.length, `a label twice: ${line}`);
    const key = `${name} ${JSON.stringify(Object.entries(labels).sort())}`;
    assert.ok(!seen.has(key), `a series twice: ${line}`);
    seen.add(key);
    assert.ok(Number.isFinite(Number(value)), `no number: ${line}`);
    series.push({ name, labels, value: Number(value) });
  }
  return series;
}
