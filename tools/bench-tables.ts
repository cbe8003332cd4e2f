/** The results of a benchmark as Markdown. Pure. */

export interface BenchResults {
  readonly host: { readonly kernel: string; readonly cpus: number; readonly memory: number; readonly load: number };
  readonly contenders: readonly { readonly name: string; readonly version: string }[];
  /** Milliseconds by row and contender. */
  readonly samples: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  readonly idle: readonly IdleSandbox[];
}

export interface IdleSandbox {
  /** What its container has as its root. */
  readonly root: string;
  readonly memory: readonly { readonly process: string; readonly pssKib: number; readonly rssKib: number }[];
  readonly cpuPercent: number;
  readonly agentRssKib: number;
}

export function benchTables(results: BenchResults): string {
  return [conditions(results), times(results), ...results.idle.map(memory)].join("\n\n");
}

function conditions({ host, contenders, samples }: BenchResults): string {
  const rounds = Math.max(...Object.values(samples).flatMap((byName) => Object.values(byName).map((list) => list.length)));
  const versions = contenders.map(({ version }) => version).join(", ");
  return `Host kernel ${host.kernel}, ${host.cpus} CPUs, load ${host.load.toFixed(1)} at the start, ${rounds} rounds; ${versions}.`;
}

function times({ contenders, samples }: BenchResults): string {
  const names = contenders.map(({ name }) => name);
  const rows = Object.entries(samples).map(([row, byName]) => {
    return [row, ...names.map((name) => cell(byName[name]))];
  });
  return `${table([["ms, least / median", ...names], ...rows])}\n\n${ratios({ contenders, samples })}`;
}

/** Of the least of each row. */
function ratios({ contenders, samples }: Pick<BenchResults, "contenders" | "samples">): string {
  const names = contenders.map(({ name }) => name);
  const own = names.filter((name) => !peers.has(name));
  const compared = names.filter((name) => name === "runc" || name === "runsc");
  const pairs = own.flatMap((name) => compared.map((peer) => [name, peer] as const));
  const rows = Object.entries(samples).map(([row, byName]) => [
    row,
    ...pairs.map(([name, peer]) => {
      const [ms, others] = [byName[name], byName[peer]];
      return ms && others ? (least(ms) / least(others)).toFixed(1) : "";
    }),
  ]);
  return table([["least, as a multiple", ...pairs.map(([name, peer]) => `${name} : ${peer}`)], ...rows]);
}

const peers: ReadonlySet<string> = new Set(["runc", "crun", "runsc", "floor"]);

function memory(idle: IdleSandbox): string {
  const rows = idle.memory.map(({ process, pssKib, rssKib }) => [shortName(process), mib(pssKib), mib(rssKib)]);
  const sum = (of: "pssKib" | "rssKib"): string => mib(idle.memory.reduce((total, each) => total + each[of], 0));
  const all = ["all", sum("pssKib"), sum("rssKib")];
  const text = `Beside it, the agent in the guest has ${mib(idle.agentRssKib)} MiB RSS; idle, all take ${idle.cpuPercent.toFixed(1)} % of a core.`;
  return `${table([[`one idle sandbox, root a ${idle.root}, MiB`, "PSS", "RSS"], ...rows, all])}\n\n${text}`;
}

/** The program's name, without its directory and its options. */
function shortName(command: string): string {
  const [program = ""] = command.split(" ");
  return program === "kata-sandbox" ? "sandbox process" : program === "sleep" ? "stand-in" : program.slice(program.lastIndexOf("/") + 1);
}

function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

const mib = (kib: number): string => (kib / 1024).toFixed(1);
const cell = (list: readonly number[] | undefined): string => (list ? `${least(list).toFixed(1)} / ${median(list).toFixed(1)}` : "");
export const least = (list: readonly number[]): number => Math.min(...list);
const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;

export interface PodResults {
  /** Of the host, at the start. */
  readonly load: number;
  /** By the number of containers beside the sandbox's own; `kib`: all processes, the guest's memory once. */
  readonly memory: readonly { readonly count: number; readonly kib: number; readonly standInKib: number }[];
  /** Milliseconds of each round, by runtime. */
  readonly second: Readonly<Record<string, readonly number[]>>;
}

export function podTables({ load, memory: pods, second }: PodResults): string {
  const rows = pods.map(({ count, kib, standInKib }) => [String(count), mib(kib), mib(standInKib)]);
  const times = Object.entries(second).map(([name, list]) => [name, cell(list)]);
  const rounds = Math.max(...Object.values(second).map((list) => list.length));
  return [
    `Load ${load.toFixed(1)} at the start, ${rounds} rounds.`,
    table([["containers in a pod, idle", "all its processes, MiB", "of that stand-ins"], ...rows]),
    table([["second container of a pod, `run -d`", "ms, least / median"], ...times]),
  ].join("\n\n");
}
