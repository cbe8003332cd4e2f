/** What the documentation must keep to: links that lead somewhere, a readme that is short, nothing of one machine. Pure. */
import { dirname, join, normalize } from "node:path";

export interface Repository {
  /** Whether a path of the repository, relative to its root, is there: a file or a directory. */
  exists(path: string): boolean;
  /** Anchors of a page's headings; undefined when the page is not there. */
  anchors(path: string): ReadonlySet<string> | undefined;
}

const longestReadme = 100;

/** One line for each fault of the page at `path`, which has `text`. */
export function pageFaults(path: string, text: string, repository: Repository): string[] {
  const faults = [...linkFaults(path, text, repository), ...nameFaults(path, text, repository), ...machineFaults(path, text)];
  const lines = text.trimEnd().split("\n").length;
  if (path === "README.md" && lines > longestReadme) faults.push(`${path}: ${lines} lines, must be at most ${longestReadme}`);
  if ((text.match(/^```/gm)?.length ?? 0) % 2 !== 0) faults.push(`${path}: a code block is not closed`);
  return faults;
}

/** Code blocks have no links. */
function withoutCode(text: string): string {
  return text
    .replace(/^```[\s\S]*?^```/gm, (block) => block.replace(/[^\n]/g, ""))
    .replace(/`[^`\n]*`/g, (code) => " ".repeat(code.length));
}

function linkFaults(path: string, text: string, repository: Repository): string[] {
  const faults: string[] = [];
  for (const match of withoutCode(text).matchAll(/\]\(([^)\s]*)\)/g)) {
    const target = match[1] ?? "";
    if (/^[a-z]+:/.test(target)) continue;
    const [file = "", anchor] = target.split("#");
    const found = file === "" ? path : normalize(join(dirname(path), file));
    const place = `${path}:${lineAt(text, match.index)}`;
    if (found.startsWith("..") || !repository.exists(found)) faults.push(`${place}: link to ${target}: there is no ${found}`);
    else if (anchor !== undefined && !repository.anchors(found)?.has(anchor)) faults.push(`${place}: link to ${target}: no such heading`);
  }
  return faults;
}

/** Files of the repository that are named in code: `src/sys/file.ts`, `test/fault`, with a `*` anything, `{a,b}` each of them. */
function nameFaults(path: string, text: string, repository: Repository): string[] {
  const faults: string[] = [];
  for (const match of text.matchAll(/`((?:src|test|tools|native|docs|proto|guest)\/[\w./{},*-]*)`/g)) {
    for (const name of alternatives(match[1] ?? "")) {
      const fixed = name.includes("*") ? dirname(name.slice(0, name.indexOf("*") + 1)) : name;
      if (!repository.exists(fixed)) faults.push(`${path}:${lineAt(text, match.index)}: ${name}: there is no ${fixed}`);
    }
  }
  return faults;
}

function alternatives(name: string): string[] {
  const braces = /\{([^}]*)\}/.exec(name);
  if (!braces) return [name];
  return (braces[1] ?? "").split(",").flatMap((each) => alternatives(name.replace(braces[0], each)));
}

/** Directories of whoever wrote it: nobody else has them. */
const machinePlaces = /(?<![\w.~-])\/(?:work|tmp|home|root|mnt|srv)\/[\w.-]+/g;

function machineFaults(path: string, text: string): string[] {
  return [...text.matchAll(machinePlaces)].map((match) => `${path}:${lineAt(text, match.index)}: ${match[0]}: a path of one machine`);
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split("\n").length;

/** As GitHub makes them: lower case, punctuation gone, blanks are hyphens. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.replace(/^```[\s\S]*?^```/gm, "").matchAll(/^#{1,6} +(.*)$/gm)];
  return new Set(
    headings.map(([, title = ""]) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/** Names of tests and bench rows that a table promises: in `"..."` after a test's path. */
export function quotedTests(text: string): { readonly file: string; readonly name: string }[] {
  return [...text.matchAll(/`(test\/[\w/.-]+\.ts|src\/[\w/.-]+\.test\.ts)` "([^"]+)"/g)].map(([, file = "", name = ""]) => ({
    file,
    name,
  }));
}
