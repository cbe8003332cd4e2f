/** The Grafana dashboard, as far as tests look at it. */
import { readFileSync } from "node:fs";

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}

const dashboard = JSON.parse(readFileSync(new URL("../../monitor/grafana-dashboard.json", import.meta.url), "utf8")) as Dashboard;

/** Each panel's expressions with what Grafana would put in for its variables. */
export const dashboardQueries: readonly { readonly title: string; readonly expr: string }[] = dashboard.panels.flatMap(
  ({ title, targets }) =>
    targets.map(({ expr }) => ({
      title,
      expr: expr.replaceAll("$namespace", ".*").replaceAll("$sandbox", ".*").replaceAll("$__rate_interval", "1m"),
    })),
);

/** Metrics that it uses, those of its variables too. */
export function dashboardMetrics(): string[] {
  const texts = [...dashboardQueries.map(({ expr }) => expr), ...dashboard.templating.list.map(({ definition }) => definition ?? "")];
  return [...new Set(texts.flatMap((text) => text.match(/kata_[a-z_]+/g) ?? []))];
}
