/** Counts by size. Pure. */

export interface HistogramCounts {
  /** Of values up to each bound and above the one before it; one more at the end, of those above all bounds. */
  readonly counts: readonly number[];
  readonly sum: number;
}

export class Histogram implements HistogramCounts {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  /** `bounds`: ascending. */
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

  get counts(): readonly number[] {
    return this.#counts;
  }

  get sum(): number {
    return this.#sum;
  }
}

/** Milliseconds; Kata's. */
export const callBoundsMs: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/** How long calls took, by the method's bare name: a few numbers for each that was ever called. */
export class CallDurations {
  readonly #methods = new Map<string, Histogram>();

  count(method: string, ms: number): void {
    let histogram = this.#methods.get(method);
    if (!histogram) {
      histogram = new Histogram(callBoundsMs);
      this.#methods.set(method, histogram);
    }
    histogram.count(ms);
  }

  get all(): readonly (HistogramCounts & { readonly method: string })[] {
    return [...this.#methods].map(([method, { counts, sum }]) => ({ method, counts, sum }));
  }
}
