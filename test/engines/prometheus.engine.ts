/** A real Prometheus scrapes kata-monitor: it takes every sample, and the dashboard's queries have answers. */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { dashboardQueries } from "../monitor/dashboard.ts";
import { FakeSandbox } from "../monitor/fake-sandbox.ts";
import { kataRuntime, until, World } from "../support/world.ts";

const programs = process.env["KATA_PROMETHEUS"];
if (programs === undefined || !existsSync(join(programs, "prometheus")))
  throw new Error("KATA_PROMETHEUS: must be the directory of prometheus and promtool");
const world = new World();
const started: ChildProcess[] = [];
let hung: FakeSandbox;
const monitorAddress = "127.0.0.1:8090";
const prometheusAddress = "127.0.0.1:9090";

before(async () => {
  await world.detached("scraped", world.bundle(["sh", "-c", "while :; do sleep 0.1; done"]));
  hung = new FakeSandbox(world.root, "hung");
  const config = {
    global: { scrape_interval: "3s", scrape_timeout: "2s" },
    scrape_configs: [{ job_name: "kata", static_configs: [{ targets: [monitorAddress] }] }],
  };
  writeFileSync(join(world.directory, "prometheus.yml"), JSON.stringify(config)); // JSON is YAML
  started.push(spawn(join(dirname(kataRuntime), "kata-monitor"), ["--root", world.root], { stdio: "ignore" }));
  const arguments_ = [
    "--config.file",
    join(world.directory, "prometheus.yml"),
    "--storage.tsdb.path",
    join(world.directory, "data"),
    "--web.listen-address",
    prometheusAddress,
  ];
  started.push(spawn(join(programs, "prometheus"), arguments_, { stdio: "ignore" }));
});
after(async () => {
  for (const child of started) child.kill("SIGKILL");
  hung?.close();
  await world.dispose();
});

interface Answer {
  readonly data: { readonly result: readonly { readonly metric: Record<string, string>; readonly value: readonly [number, string] }[] };
}

async function query(text: string): Promise<Answer["data"]["result"]> {
  try {
    const answer = await fetch(`http://${prometheusAddress}/api/v1/query?query=${encodeURIComponent(text)}`);
    if (!answer.ok) throw new Error(`${text}: ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as Answer).data.result;
  } catch (error) {
    if (error instanceof TypeError) return []; // it does not listen yet
    throw error;
  }
}

test("promtool takes the page", async () => {
  await until("a page", async () =>
    fetch(`http://${monitorAddress}/metrics`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  const page = await (await fetch(`http://${monitorAddress}/metrics`)).text();
  writeFileSync(join(world.directory, "page"), page);
  // what it says of names and types is Kata's, not ours to change: only errors of the format make it fail with 1
  let said = "";
  try {
    said = execFileSync("sh", ["-c", `${join(programs, "promtool")} check metrics <${join(world.directory, "page")} 2>&1`], {
      encoding: "utf8",
    });
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: string };
    assert.equal(status, 3, stdout);
    said = stdout;
  }
  assert.doesNotMatch(said, /error while linting|no help text|parse/i);
});

test("Prometheus has every sample of a page with a hung sandbox in it, scraped in time", async () => {
  await until("the first scrapes", async () => Number((await query("count_over_time(up[1m])"))[0]?.value[1] ?? 0) >= 3, 60_000);
  assert.equal((await query("min_over_time(up[1m])"))[0]?.value[1], "1");
  const samples = readFileSync(join(world.directory, "page"), "utf8")
    .split("\n")
    .filter((line) => /^kata/.test(line)).length;
  assert.equal((await query("scrape_samples_scraped"))[0]?.value[1], String(samples));
  assert.equal((await query("scrape_samples_post_metric_relabeling"))[0]?.value[1], String(samples));
  const answered = await query("kata_monitor_guest_answered");
  assert.deepEqual(Object.fromEntries(answered.map(({ metric, value }) => [metric["sandbox_id"], value[1]])), { scraped: "1", hung: "0" });
  assert.ok(Number((await query('kata_guest_meminfo{item="memtotal",sandbox_id="scraped"}'))[0]?.value[1]) > 10_000);
});

test("each query of the dashboard has an answer", async () => {
  for (const { title, expr } of dashboardQueries) {
    const here = expr.replace('interface!="lo"', 'interface="lo"'); // these namespaces have no other link
    await until(title, async () => (await query(here)).length > 0, 60_000);
  }
});
