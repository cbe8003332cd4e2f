/**
 * agent-bench.ts [--rounds N] [--cpu MODEL] SHARE...: what the agent's hot paths cost, for one or several builds of the
 * guest at once. SHARE is a directory with vmlinux and initrd. One machine each, all stay up, rounds are interleaved.
 * Prints medians of wall time and of CPU time of the virtual machine (which other work on this machine disturbs less).
 */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { busyboxSpec, create, exec, readToEnd } from "../test/agent/containers.ts";
import { bootVm, type TestVm } from "../test/agent/vm.ts";

const { values, positionals } = parseArgs({
  options: {
    rounds: { type: "string", default: "15" },
    cpu: { type: "string", default: "max" },
    console: { type: "boolean", default: false },
  },
  allowPositionals: true,
});

interface Sample {
  readonly wallMs: number;
  readonly cpuMs: number;
}

class Contender {
  readonly share: string;
  readonly vm: TestVm;
  readonly samples = new Map<string, Sample[]>();
  readonly #statistics: string[];

  constructor(share: string, vm: TestVm) {
    this.share = share;
    this.vm = vm;
    const tasks = `/proc/${vm.qemu.pid}/task`;
    this.#statistics = readdirSync(tasks).map((task) => `${tasks}/${task}/schedstat`);
  }

  async measure<T>(row: string, work: () => Promise<T>): Promise<T> {
    const cpu = this.#cpuMs();
    const begin = performance.now();
    const result = await work();
    const sample = { wallMs: performance.now() - begin, cpuMs: this.#cpuMs() - cpu };
    this.samples.set(row, [...(this.samples.get(row) ?? []), sample]);
    return result;
  }

  #cpuMs(): number {
    return this.#statistics.reduce((sum, path) => sum + Number(readFileSync(path, "utf8").split(" ")[0]) / 1e6, 0);
  }
}

/** Time for what is left over of one operation, so that it is not counted with the next. */
const restMs = 120;

async function round(c: Contender, resident: string): Promise<void> {
  const { vm } = c;
  await pause(restMs);
  await c.measure("health check", () => vm.health.check({}));
  await pause(restMs);
  const execed = await c.measure("exec: until started", () => exec(vm, resident, { args: ["true"] }));
  await c.measure("exec: until ended", () => vm.agent.waitProcess({ containerId: resident, execId: execed.execId }));
  for (const stream of [execed.stdin, execed.stdout, execed.stderr]) stream.close();
  await pause(restMs);
  const { id, stdin, stdout, stderr } = await c.measure("create", () => create(vm, busyboxSpec("sh", "-c", "echo ready; exec sleep 1000")));
  await pause(restMs);
  await c.measure("start", () => vm.agent.startContainer({ containerId: id }));
  await c.measure("first output", () => stdout.read());
  await pause(restMs);
  await c.measure("kill: until ended", async () => {
    await vm.agent.signalProcess({ containerId: id, signal: 9 });
    await vm.agent.waitProcess({ containerId: id });
  });
  await pause(restMs);
  await c.measure("remove", () => vm.agent.removeContainer({ containerId: id }));
  await readToEnd(stdout);
  for (const stream of [stdin, stderr]) stream.close();
}

async function agentMemory(vm: TestVm): Promise<string> {
  const spec = busyboxSpec("sh", "-c", "grep -E 'VmRSS|RssAnon|VmHWM' /proc/1/status | tr -s '\\n\\t ' ' '");
  spec.linux.namespaces = spec.linux.namespaces.filter(({ type }) => type !== "pid");
  const { id, stdout } = await create(vm, spec);
  await pause(3000);
  await vm.agent.startContainer({ containerId: id });
  const text = await readToEnd(stdout);
  await vm.agent.removeContainer({ containerId: id });
  return text;
}

const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;
const figures = (list: readonly number[]): string => `${Math.min(...list).toFixed(1)}/${median(list).toFixed(1)}`;

const contenders: Contender[] = [];
try {
  for (const share of positionals) contenders.push(new Contender(share, await bootVm({ share, cpu: values.cpu })));
  const residents = new Map<Contender, string>();
  for (const c of contenders) {
    const { id } = await create(c.vm, busyboxSpec("sleep", "100000"));
    await c.vm.agent.startContainer({ containerId: id });
    residents.set(c, id);
    for (let warm = 0; warm < 2; warm++) await round(c, id);
    c.samples.clear();
  }
  for (let n = 0; n < Number(values.rounds); n++) for (const c of contenders) await round(c, residents.get(c) ?? "");
  const rows = [...(contenders[0]?.samples.keys() ?? [])];
  for (const [title, pick] of [
    ["wall ms, min/median", (s: Sample) => s.wallMs],
    ["cpu ms, min/median", (s: Sample) => s.cpuMs],
  ] as const) {
    console.log([title.padEnd(24), ...contenders.map(({ share }) => share.slice(-20).padStart(22))].join(""));
    for (const row of rows)
      console.log([row.padEnd(24), ...contenders.map((c) => figures((c.samples.get(row) ?? []).map(pick)).padStart(22))].join(""));
  }
  for (const c of contenders) console.log(c.share, await agentMemory(c.vm));
  if (values.console) for (const c of contenders) console.log(c.vm.console());
} finally {
  for (const { vm } of contenders) await vm.stop();
}
