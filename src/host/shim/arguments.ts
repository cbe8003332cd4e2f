/** A shim's command line, as containerd writes it: flags in Go's way, then an action. Pure. */
import { Fault } from "../../base/fault.ts";

export interface ShimArguments {
  readonly action: "start" | "delete" | "version" | "info";
  /** Of the container (a pod's first: of the pod). */
  readonly id: string;
  readonly namespace: string;
  /** containerd's own socket. */
  readonly address: string;
  /** Passes events on when there is no socket for them. */
  readonly publishBinary: string;
  /** Absolute; empty: the current directory. */
  readonly bundle: string;
  readonly debug: boolean;
}

const texts = {
  namespace: "namespace",
  id: "id",
  address: "address",
  "publish-binary": "publishBinary",
  bundle: "bundle",
  socket: "",
} as const;
const switches = new Set(["debug", "v", "info", "version"]);

/** `argv` without the program's name. Throws for a flag that there is not, or an action that there is not. */
export function parseShimArguments(argv: readonly string[]): ShimArguments {
  const found = { namespace: "", id: "", address: "", publishBinary: "", bundle: "" };
  const on = new Set<string>();
  let at = 0;
  for (; at < argv.length; at++) {
    const [, name, , inline] = /^--?([^=-][^=]*)(=(.*))?$/s.exec(argv[at] ?? "") ?? [];
    if (name === undefined) break;
    if (switches.has(name)) {
      if (inline !== "false") on.add(name);
      continue;
    }
    const key = Object.hasOwn(texts, name) ? texts[name as keyof typeof texts] : undefined;
    if (key === undefined) throw wrong(`flag provided but not defined: -${name}`);
    const value = inline ?? argv[++at];
    if (value === undefined) throw wrong(`flag needs an argument: -${name}`);
    if (key !== "") found[key] = value;
  }
  return { ...found, action: actionOf(argv[at], on), debug: on.has("debug") };
}

function actionOf(word: string | undefined, on: ReadonlySet<string>): ShimArguments["action"] {
  if (on.has("v") || on.has("version")) return "version";
  if (on.has("info")) return "info";
  if (word === "start" || word === "delete") return word;
  throw wrong(`action ${JSON.stringify(word ?? "")}: must be start or delete`);
}

/** Names of containerd's namespaces and ids: they become parts of paths. */
const nameShape = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

export function checkNames({ id, namespace }: Pick<ShimArguments, "id" | "namespace">): void {
  for (const [flag, value] of Object.entries({ namespace, id }))
    if (!nameShape.test(value)) throw wrong(`-${flag} ${JSON.stringify(value)}: must match ${nameShape.source}`);
}

const wrong = (message: string): Fault => new Fault(message, { component: "shim", code: "invalid-option" });
