/** kata-monitor's command line. */
import { Fault } from "../../base/fault.ts";
import { parseFlags } from "./flags.ts";
import type { Option, OptionValues } from "./option.ts";

export const monitorAbout: readonly string[] = [
  "Answers Prometheus over HTTP with what every sandbox of this host takes: its processes, its network, its guest. It sees the containers of kata-runtime and the pods of containerd-shim-kata-v2, keeps nothing, and asks only when it is asked.",
  "All sandboxes are asked side by side under one deadline. One that hangs costs the figures of its guest, and kata_monitor_guest_answered is 0 for it.",
];

export const monitorPages: readonly (readonly [string, string])[] = [
  ["/metrics", "Figures of all sandboxes and of kata-monitor itself, in Prometheus' text format; ?sandbox=ID: of one."],
  ["/sandboxes", "Ids of the sandboxes that run, one a line."],
  ["/agent-url?sandbox=ID", "Says that the agent has no address: only the sandbox process can reach it."],
  ["/", "This list."],
];

const rows = [
  { name: "listen-address", kind: "text", default: "127.0.0.1:8090", meaning: "HOST:PORT to answer on; without a host, on all addresses" },
  {
    name: "log-level",
    kind: "text",
    default: "info",
    meaning: "least level that is logged: trace, debug, info, warning, error, fatal or panic",
  },
  { name: "root", kind: "texts", meaning: "one more state directory to look for sandboxes in, as an engine gives it to kata-runtime" },
  { name: "runtime-endpoint", kind: "text", meaning: "taken and not needed: pods' names are known from their sandboxes" },
  { name: "version", alias: "v", kind: "bool", meaning: "print the version" },
  { name: "help", alias: "h", kind: "bool", meaning: "print this help" },
] as const satisfies readonly Option[];

export const monitorOptions = (): readonly Option[] => rows;

const logLevels = {
  trace: "debug",
  debug: "debug",
  info: "info",
  warning: "warning",
  warn: "warning",
  error: "error",
  fatal: "error",
  panic: "error",
} as const;

export interface MonitorLine {
  readonly listenAddress: string;
  readonly logLevel: (typeof logLevels)[keyof typeof logLevels];
  /** Absolute. */
  readonly roots: readonly string[];
  readonly version: boolean;
  readonly help: boolean;
}

/** `argv` without the program's name. Throws for what is wrong with it. */
export function parseMonitorLine(argv: readonly string[]): MonitorLine {
  const { values, operands, error } = parseFlags(rows, argv, false);
  if (error !== undefined) throw wrong(error);
  if (operands.length > 0) throw wrong(`argument ${JSON.stringify(operands[0])}: there must be none`);
  const { listenAddress, logLevel, root, version, help } = values as unknown as OptionValues<typeof rows>;
  if (!Object.hasOwn(logLevels, logLevel))
    throw wrong(`--log-level ${JSON.stringify(logLevel)}: must be one of ${Object.keys(logLevels).join(", ")}`);
  const relative = root.find((path) => !path.startsWith("/"));
  if (relative !== undefined) throw wrong(`--root ${JSON.stringify(relative)}: must be an absolute path`);
  const roots = root.map((path) => path.replace(/(?<=.)\/+$/, ""));
  return { listenAddress, logLevel: logLevels[logLevel as keyof typeof logLevels], roots, version, help };
}

const wrong = (message: string): Fault => new Fault(message, { component: "monitor", code: "invalid-option" });
