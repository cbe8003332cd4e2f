/** Counts by size, in Prometheus' cumulative form. Pure. */
import type { Family, Sample } from "../runtime/metric-family.ts";

export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  /** `bounds`: ascending; the last bucket, without a bound, is added. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  count(value: number): void {
    const at = this.#bounds.findIndex((bound) => value <= bound);
    const bucket = at < 0 ? this.#bounds.length : at;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += value;
  }

  family(name: string, help: string): Family {
    let total = 0;
    const buckets = this.#counts.map((count, i): Sample => {
      total += count;
      return { suffix: "_bucket", labels: `le="${this.#bounds[i] ?? "+Inf"}"`, value: total };
    });
    const ends: Sample[] = [
      { suffix: "_sum", labels: "", value: this.#sum },
      { suffix: "_count", labels: "", value: total },
    ];
    return { name, type: "histogram", help, samples: [...buckets, ...ends] };
  }
}
