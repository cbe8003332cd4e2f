/** kata-monitor over a container of the command line, a pod of the shim, and sandboxes that hang or lie. */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { Containerd } from "../shim/containerd.ts";
import { kataRuntime, until } from "../support/world.ts";
import { dashboardMetrics } from "./dashboard.ts";
import { parseExposition, type Series } from "./exposition.ts";
import { FakeSandbox } from "./fake-sandbox.ts";

const program = join(dirname(kataRuntime), "kata-monitor");
const containerd = new Containerd();
const { world } = containerd;
const fakes: FakeSandbox[] = [];
let monitor: ChildProcess;
let base = "";
let log = "";

const podAnnotations = {
  "io.kubernetes.cri.container-type": "sandbox",
  "io.kubernetes.cri.sandbox-name": 'web "1"\\',
  "io.kubernetes.cri.sandbox-namespace": "shop",
  "io.kubernetes.cri.sandbox-uid": "0b2f",
};

before(async () => {
  await containerd.listen();
  await world.detached("plain", world.bundle(["sleep", "1000"]));
  const bundle = containerd.bundle("pod", ["sleep", "1000"], (spec) => {
    spec.annotations = podAnnotations;
  });
  const task = await containerd.connect(await containerd.startShim("pod", bundle));
  await task.create({ id: "pod", bundle, stdin: "", stdout: "", stderr: "" });
  await task.start({ id: "pod" });
  monitor = spawn(program, ["--listen-address", "127.0.0.1:0", "--root", world.root, "--log-level=debug"], {
    stdio: ["ignore", "inherit", "pipe"],
  });
  monitor.stderr?.on("data", (chunk: Buffer) => {
    log += chunk.toString();
  });
  await until("the port", () => /listening.* port=\d+/.test(log));
  base = `http://127.0.0.1:${/ port=(\d+)/.exec(log)?.[1]}`;
});
after(async () => {
  monitor?.kill("SIGKILL");
  for (const fake of fakes) fake.close();
  await containerd.dispose();
});

async function page(path: string, headers: Record<string, string> = {}): Promise<{ status: number; type: string; text: string }> {
  const answer = await fetch(`${base}${path}`, { headers });
  return { status: answer.status, type: answer.headers.get("content-type") ?? "", text: await answer.text() };
}

const scrape = async (path = "/metrics"): Promise<Series[]> => parseExposition((await page(path)).text);

function value(series: readonly Series[], name: string, labels: Record<string, string> = {}): number | undefined {
  return series.find((each) => each.name === name && Object.entries(labels).every(([key, of]) => each.labels[key] === of))?.value;
}

test("the documented metrics are those of a page, each with a value", async () => {
  await scrape();
  const { status, type, text } = await page("/metrics");
  assert.deepEqual([status, type], [200, "text/plain; version=0.0.4; charset=utf-8"]);
  const typed = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", of = ""]) => `${name} ${of}`);
  const rows = [...readFileSync("docs/monitor.md", "utf8").matchAll(/^\| `(kata_[a-z_]+)` \| (\w+) \|(.*)/gm)];
  const named = (of: typeof rows): string[] => of.map(([, name = "", type = ""]) => `${name} ${type}`);
  const always = named(rows.filter(([, , , rest]) => !rest?.includes("where there is one")));
  assert.deepEqual(
    { undocumented: typed.filter((each) => !named(rows).includes(each)), missing: always.filter((each) => !typed.includes(each)) },
    { undocumented: [], missing: [] },
  );
  const names = new Set(parseExposition(text).map(({ name }) => name));
  assert.deepEqual(
    dashboardMetrics().filter((name) => !names.has(name)),
    [],
    "the dashboard uses what is there",
  );
});

test("every sample of a sandbox says whose it is, of both faces", async () => {
  const series = await scrape();
  assert.equal(value(series, "kata_monitor_running_shim_count"), 2);
  const plain = { sandbox_id: "plain", root: world.root };
  const pod = { sandbox_id: "pod", root: containerd.root, cri_uid: "0b2f", cri_namespace: "shop", cri_name: 'web \\"1\\"\\\\' };
  for (const labels of [plain, pod]) {
    assert.equal(value(series, "kata_monitor_guest_answered", labels), 1);
    assert.ok((value(series, "kata_hypervisor_proc_status", { ...labels, item: "vmrss" }) ?? 0) > 10 << 20);
    assert.ok((value(series, "kata_guest_meminfo", { ...labels, item: "memtotal" }) ?? 0) > 10_000);
    assert.ok((value(series, "kata_guest_cpu_time", { ...labels, cpu: "0", item: "system" }) ?? 0) > 0);
    assert.ok((value(series, "kata_shim_process_start_time_seconds", labels) ?? 0) > 1.5e9);
  }
  const others = series.filter(({ name, labels }) => !name.startsWith("kata_monitor_") && labels["sandbox_id"] === undefined);
  assert.deepEqual(others, []);
});

test("calls are counted by what they do, and the overhead is less than what the sandbox's processes take", async () => {
  const heldBytes = 50_000_000; // of the container, which the machine then has too
  const { code } = await world.kata(["exec", "plain", "sh", "-c", `head -c ${heldBytes} /dev/zero >/dev/shm/held`]);
  assert.equal(code, 0);
  const series = await scrape();
  for (const [sandbox_id, held] of [
    ["plain", heldBytes],
    ["pod", 0],
  ] as const) {
    const count = (name: string, action: string): number | undefined => value(series, `kata_shim_${name}_count`, { sandbox_id, action });
    assert.equal(count("rpc_durations_histogram_milliseconds", "create"), 1);
    assert.equal(count("rpc_durations_histogram_milliseconds", "start_container"), undefined);
    assert.equal(count("rpc_durations_histogram_milliseconds", "start"), 1);
    assert.equal(count("agent_rpc_durations_histogram_milliseconds", "grpc.CreateContainerRequest"), 1);
    assert.ok((count("agent_rpc_durations_histogram_milliseconds", "grpc.GetMetricsRequest") ?? 0) >= 1);
    assert.equal(count("agent_rpc_durations_histogram_milliseconds", "grpc.WaitProcessRequest"), undefined);
    const memory = value(series, "kata_shim_pod_overhead_memory_in_bytes", { sandbox_id }) ?? 0;
    const resident = ["hypervisor", "shim", "virtiofsd"].map(
      (of) => value(series, `kata_${of}_proc_status`, { sandbox_id, item: "vmrss" }) ?? 0,
    );
    // the processes were looked at a moment before, and the answer itself takes the guest some memory
    const most = resident.reduce((a, b) => a + b) - held + (8 << 20);
    assert.ok(memory > 16 << 20 && memory < most, `${memory} of ${resident}`);
    const processors = value(series, "kata_shim_pod_overhead_cpu", { sandbox_id }) ?? Number.NaN;
    assert.ok(processors > -10 && processors < 100 * cpus().length, String(processors));
  }
});

test("one sandbox, the list of them, and what there is not", async () => {
  assert.deepEqual(new Set((await scrape("/metrics?sandbox=pod")).map(({ labels }) => labels["sandbox_id"])), new Set(["pod"]));
  assert.deepEqual((await page("/sandboxes")).text.trim().split("\n").sort(), ["plain", "pod"]);
  assert.deepEqual(
    [(await page("/metrics?sandbox=no%20one")).status, (await page("/metrics?sandbox=no%20one")).text],
    [404, 'sandbox "no one": does not run\n'],
  );
  assert.match((await page("/agent-url?sandbox=pod")).text, /^sandbox pod: its agent has no address/);
  assert.equal((await page("/agent-url")).status, 400);
  assert.match((await page("/")).text, /^\/metrics$/m);
  assert.equal((await page("/etc/passwd")).status, 404);
  assert.equal((await fetch(`${base}/metrics`, { method: "POST", body: "x" })).status, 405);
  const head = await fetch(`${base}/sandboxes`, { method: "HEAD" });
  assert.deepEqual([head.status, head.headers.get("content-length"), await head.text()], [200, "10", ""]);
});

test("what is no HTTP gets an answer or its end, and the next is served", async () => {
  const raw = async (bytes: string): Promise<string> => {
    const socket = connect(Number(new URL(base).port), "127.0.0.1");
    socket.write(bytes);
    let text = "";
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    socket.on("error", () => {});
    await once(socket, "close");
    return text.split("\r\n")[0] ?? "";
  };
  assert.equal(await raw("GET /metrics HTTP/3\r\n\r\n"), "HTTP/1.1 400 Bad Request");
  assert.equal(await raw("GET / HTTP/1.1\r\nnonsense\r\n\r\n"), "HTTP/1.1 400 Bad Request");
  assert.equal(await raw(`GET / HTTP/1.1\r\nx: ${"y".repeat(9000)}`), "HTTP/1.1 431 Request Header Fields Too Large");
  const gone = connect(Number(new URL(base).port), "127.0.0.1");
  gone.write("GET /metrics HTTP/1.1\r\n\r\n");
  await until("that it was asked", () => gone.bytesWritten > 0);
  gone.resetAndDestroy();
  assert.equal((await page("/sandboxes")).status, 200);
});

test("a hung sandbox, one that lies and a broken record cost their own figures only", async () => {
  fakes.push(new FakeSandbox(world.root, "hung"));
  const lies = [
    "# TYPE kata_guest_load gauge",
    'kata_guest_load{item="load1"} 0.5',
    'kata_guest_load{item="load1"} 0.7',
    'kata_guest_load{sandbox_id="plain"} 9',
    'kata_guest_load{item="load5"} NaN\nkata_hypervisor_fds 1',
    'kata_guest_load{item="a",item="b"} 1',
    "kata_monitor_running_shim_count 99",
    ...Array.from({ length: 20_000 }, (_, i) => `kata_guest_flood{item="${i}"} 1`),
  ];
  fakes.push(new FakeSandbox(world.root, "liar", lies.join("\n"), { "io.kubernetes.cri.sandbox-name": "liar's" }));
  mkdirSync(join(world.root, "@sandbox", "broken"));
  writeFileSync(join(world.root, "@sandbox", "broken", "sandbox.json"), "{");
  const stopped = sandboxProcess("plain");
  process.kill(stopped, "SIGSTOP");
  try {
    const { text } = await page("/metrics", { "x-prometheus-scrape-timeout-seconds": "2" });
    const series = parseExposition(text);
    const answered = (id: string): number | undefined => value(series, "kata_monitor_guest_answered", { sandbox_id: id });
    assert.deepEqual(["pod", "liar", "plain", "hung", "broken"].map(answered), [1, 1, 0, 0, undefined]);
    assert.equal(value(series, "kata_monitor_running_shim_count"), 4);
    assert.ok((value(series, "kata_guest_meminfo", { sandbox_id: "pod", item: "memtotal" }) ?? 0) > 10_000);
    assert.ok((value(series, "kata_hypervisor_fds", { sandbox_id: "plain" }) ?? 0) > 0);
    assert.equal(value(series, "kata_guest_meminfo", { sandbox_id: "plain" }), undefined);
    const told = series.filter(({ labels, name }) => labels["sandbox_id"] === "liar" && name.startsWith("kata_guest"));
    assert.deepEqual(told[0], {
      name: "kata_guest_load",
      labels: { sandbox_id: "liar", cri_name: "liar's", root: world.root, item: "load1" },
      value: 0.5,
    });
    assert.ok(told.length > 1000 && told.length <= 2000 && told.every(({ name }, i) => i === 0 || name === "kata_guest_flood"));
    assert.ok((value(series, "kata_monitor_scrape_failed_count") ?? 0) >= 2);
  } finally {
    process.kill(stopped, "SIGCONT");
  }
  assert.match(log, /figures are missing: .*no answer within 1600 ms.* sandbox=hung/);
  assert.match(log, /a sandbox is left out: read .*@sandbox\/broken\/sandbox.json: not JSON/);
});

test("it takes little memory, keeps no descriptor, and ends by SIGTERM", async () => {
  const descriptors = (): string => execFileSync("ls", [`/proc/${monitor.pid}/fd`], { encoding: "utf8" });
  await page("/sandboxes");
  await until("the last client's end", () => !descriptors().includes("\n9\n"));
  const earlier = descriptors();
  for (let i = 0; i < 20; i++) await page("/metrics?sandbox=pod");
  await until("that nothing is left open", () => descriptors() === earlier);
  const pss = Number(/^Pss_Anon: +(\d+)/m.exec(readFileSync(`/proc/${monitor.pid}/smaps_rollup`, "utf8"))?.[1]);
  console.log(`kata-monitor: ${pss} KiB of its own`);
  assert.ok(pss < 12 << 10, `${pss} KiB`);
  monitor.kill("SIGTERM");
  assert.deepEqual(await once(monitor, "exit"), [0, null]);
});

test("a wrong command line is told by the option, the value and what would be right", () => {
  const wrong = (...args: string[]): string => {
    try {
      return execFileSync(program, args, { encoding: "utf8", stdio: "pipe", timeout: 10_000 });
    } catch (error) {
      const { status, stderr } = error as { status: number; stderr: string };
      assert.equal(status, 1);
      return stderr;
    }
  };
  assert.equal(
    wrong("--listen-address", "here:x"),
    'kata-monitor: --listen-address "here:x": must be HOST:PORT with a port up to 65535, like 127.0.0.1:8090, :8090 or [::1]:8090\n',
  );
  assert.match(wrong("--listen-address", "192.0.2.1:1"), /^kata-monitor: bind 192.0.2.1:1: cannot assign requested address\n$/i);
  assert.match(wrong("--log-level", "loud"), /^kata-monitor: --log-level "loud": must be one of trace, debug/);
  assert.match(wrong("--root", "state"), /--root "state": must be an absolute path/);
  assert.match(wrong("--nope"), /flag provided but not defined: -nope/);
  assert.match(wrong("--version"), /^kata-monitor\n {2}Version: /);
  assert.match(wrong("--help"), /--listen-address value .*127\.0\.0\.1:8090/);
});

function sandboxProcess(id: string): number {
  const record = JSON.parse(readFileSync(join(world.root, "@sandbox", id, "sandbox.json"), "utf8")) as { process: { pid: number } };
  return record.process.pid;
}
