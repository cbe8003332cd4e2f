/** Which part of the product may import which, and what its code must not use. See docs/architecture.md. */
import { dirname, normalize } from "node:path";
import { codeOnly } from "./source-text.ts";

/** Parts by rank: a part imports parts of lower rank only. Parts of one rank are siblings and do not know each other. */
const RANKS: readonly (readonly string[])[] = [
  ["base"],
  ["oci", "protocol"],
  ["sys", "library"],
  [
    ...["host/hypervisor", "host/cgroup", "host/factory", "host/network", "host/share", "host/agent"],
    ...["host/store", "host/config", "host/log", "host/seccomp", "host/hooks", "host/disk"],
  ],
  ["guest/init", "guest/container", "guest/storage", "guest/network"],
  ["host/sandbox", "guest/service"],
  ["host/runtime"],
  ["host/cli", "host/shim", "host/monitor"],
  ["host/main", "guest/main"],
];

/** Packages that may become part of the product. */
const BUNDLED_PACKAGES: readonly string[] = ["smol-toml"];

interface ForbiddenUse {
  readonly pattern: RegExp;
  readonly reason: string;
  /** Where it is allowed all the same. */
  readonly except?: string;
}

const FORBIDDEN_USES: readonly ForbiddenUse[] = [
  {
    pattern: /\bBigInt\s*\.\s*as(?:Int|Uint)N\b/,
    reason: "BigInt.asIntN/asUintN are wrong in the engine: read 64 bits with DataView or as halves",
  },
  { pattern: /\b(?:Intl|Atomics|SharedArrayBuffer|eval)\b/, reason: "the engine does not have it" },
  { pattern: /\.\s*toLocale\w+\s*\(/, reason: "the engine has no locales" },
  { pattern: /(?<![.\w#])raw\s*\(/, reason: "only src/sys makes system calls", except: "src/sys/" },
  { pattern: /(?<![.\w#])floor\s*\(/, reason: "only src/sys touches the native floor", except: "src/sys/" },
];

/** `host/cli` for src/host/cli/a/b.ts, `base` for src/base/x.ts, `host/main` for src/host/main.ts; undefined when no part of that name is known. */
function partOf(path: string): string | undefined {
  const [, top, next] = path.replace(/\.ts$/, "").split("/");
  const part = top === "host" || top === "guest" ? `${top}/${next}` : (top ?? "");
  return RANKS.some((rank) => rank.includes(part)) ? part : undefined;
}

function rankOf(part: string): number {
  return RANKS.findIndex((rank) => rank.includes(part));
}

function sideOf(part: string): string | undefined {
  const side = part.split("/")[0];
  return side === "host" || side === "guest" ? side : undefined;
}

/** Why `from` must not import `to`; undefined when it may. */
function directionFault(from: string, to: string): string | undefined {
  if (from === to) return undefined;
  if (from === "library" && to === "sys") return "library imports base, oci and protocol only";
  const sides = [sideOf(from), sideOf(to)];
  if (sides[0] !== undefined && sides[1] !== undefined && sides[0] !== sides[1])
    return "host and guest meet in protocol, oci, base and sys only";
  if (rankOf(to) === rankOf(from)) return `${from} and ${to} are siblings`;
  return rankOf(to) > rankOf(from) ? `${to} is above ${from}` : undefined;
}

interface Import {
  readonly specifier: string;
  readonly line: number;
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

function importsOf(text: string): Import[] {
  const code = codeOnly(text, { keepStrings: true });
  const pattern = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)["']([^"']+)["']/g;
  return [...code.matchAll(pattern)].map((match) => ({ specifier: match[1] ?? "", line: lineAt(code, match.index) }));
}

function isTestCode(path: string): boolean {
  return path.endsWith(".test.ts") || path.includes("/testing/");
}

function importFault(path: string, specifier: string): string | undefined {
  const product = !isTestCode(path);
  if (!specifier.startsWith(".")) {
    return product && !BUNDLED_PACKAGES.includes(specifier)
      ? "the product runs on the engine alone and bundles no such package"
      : undefined;
  }
  if (!specifier.endsWith(".ts")) return "imports name the file, with .ts";
  const target = normalize(`${dirname(path)}/${specifier}`);
  const from = partOf(path);
  const to = partOf(target);
  if (!target.startsWith("src/")) return product ? "the product imports from src only" : undefined;
  if (from === undefined) return `${path} belongs to no known part`;
  if (to === undefined) return `${target} belongs to no known part`;
  if (product && isTestCode(target)) return "the product does not import test code";
  return directionFault(from, to);
}

/** What is wrong in one file of src/, as `path:line: reason`. `path` is relative to the repository. */
export function checkSource(path: string, text: string): string[] {
  const faults = importsOf(text).flatMap(({ specifier, line }) => {
    const fault = importFault(path, specifier);
    return fault === undefined ? [] : [`${path}:${line}: import of ${specifier}: ${fault}`];
  });
  if (isTestCode(path)) return faults;
  const code = codeOnly(text);
  for (const { pattern, reason, except } of FORBIDDEN_USES) {
    if (except !== undefined && path.startsWith(except)) continue;
    const match = pattern.exec(code);
    if (match) faults.push(`${path}:${lineAt(code, match.index)}: ${match[0].trim()}: ${reason}`);
  }
  return faults;
}
