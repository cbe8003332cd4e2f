/** One page of all sandboxes: they are asked side by side, and who does not answer in time costs its own figures only. */
import { chainMessage } from "../../base/fault.ts";
import { Histogram } from "../../base/histogram.ts";
import type { Logger } from "../../base/log.ts";
import type { Timers } from "../../base/timers.ts";
import type { Runtime } from "../runtime/context.ts";
import { type Family, family, histogramFamily, type LabelledFamilies, metricsPage } from "../runtime/metric-family.ts";
import { ownFigures, sandboxFigures } from "../runtime/metrics.ts";
import { stateDirectories } from "../store/roots.ts";
import { type FoundSandbox, runningSandboxes } from "./roots.ts";

export interface ScraperOptions {
  readonly timers: Timers;
  readonly logger: Logger;
  /** State directories beside the default one. */
  readonly roots: readonly string[];
  readonly runtimeOf: (root: string) => Runtime;
}

const durationBoundsMs = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

export class Scraper {
  readonly #options: ScraperOptions;
  #scrapes = 0;
  #failures = 0;
  readonly #durations = new Histogram(durationBoundsMs);

  constructor(options: ScraperOptions) {
    this.#options = options;
  }

  sandboxes(): FoundSandbox[] {
    const { logger, roots, runtimeOf } = this.#options;
    return runningSandboxes(stateDirectories(roots).map(runtimeOf), (id, error) =>
      logger.warning(`a sandbox is left out: ${chainMessage(error)}`, { sandbox: id }),
    );
  }

  /** All sandboxes and the monitor itself. */
  async all(deadlineMs: number): Promise<string> {
    const { timers } = this.#options;
    const started = timers.nowMs();
    this.#scrapes++;
    const found = this.sandboxes();
    const sources = await this.#figures(found, deadlineMs);
    this.#durations.count(timers.nowMs() - started);
    return metricsPage([{ labels: "", families: this.#own(found.length) }, ...sources]);
  }

  /** Of one sandbox; undefined when there is none of that id. */
  async one(id: string, deadlineMs: number): Promise<string | undefined> {
    const found = this.sandboxes().filter((sandbox) => sandbox.id === id);
    return found.length === 0 ? undefined : metricsPage(await this.#figures(found, deadlineMs));
  }

  #figures(found: readonly FoundSandbox[], deadlineMs: number): Promise<LabelledFamilies[]> {
    return Promise.all(found.map((sandbox) => this.#figuresOf(sandbox, deadlineMs)));
  }

  async #figuresOf({ id, runtime, labels }: FoundSandbox, deadlineMs: number): Promise<LabelledFamilies> {
    const answered = (value: 0 | 1): Family[] =>
      family("kata_monitor_guest_answered", "gauge", "Whether the sandbox gave its guest's figures in time.", [["", value]]);
    try {
      const { families, missing } = await sandboxFigures(runtime, id, deadlineMs);
      if (missing === undefined) return { labels, families: [...answered(1), ...families] };
      this.#failed(id, missing);
      return { labels, families: [...answered(0), ...families] };
    } catch (error) {
      this.#failed(id, error);
      return { labels, families: answered(0) };
    }
  }

  #failed(id: string, error: unknown): void {
    this.#failures++;
    this.#options.logger.warning(`figures are missing: ${chainMessage(error)}`, { sandbox: id });
  }

  #own(running: number): Family[] {
    return [
      ...family("kata_monitor_running_shim_count", "gauge", "Sandboxes that run.", [["", running]]),
      ...family("kata_monitor_scrape_count", "counter", "Pages of all sandboxes that were asked for.", [["", this.#scrapes]]),
      ...family("kata_monitor_scrape_failed_count", "counter", "Sandboxes that did not give all their figures.", [["", this.#failures]]),
      histogramFamily(
        "kata_monitor_scrape_durations_histogram_milliseconds",
        "How long the figures of all sandboxes took to come.",
        durationBoundsMs,
        [{ labels: "", counts: this.#durations.counts, sum: this.#durations.sum }],
      ),
      ...ownFigures("kata_monitor"),
    ];
  }
}
