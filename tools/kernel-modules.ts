/**
 * kernel-modules.ts WANTED MODULES_DIRECTORY OUTPUT: picks the modules that the guest needs, with what they depend on.
 *
 * WANTED is guest/modules.list, MODULES_DIRECTORY a /lib/modules/RELEASE, unpacked and never seen by depmod: so the
 * dependencies are read from the modules themselves. Writes OUTPUT/modules/NAME.ko, OUTPUT/modules.list (files to load
 * at start, in order) and OUTPUT/modules.demand (NAME FILE..., what to load in order when NAME is asked for).
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

type When = "boot" | "demand";

/** Modules of one kernel: path by name, and the names that are built in. */
interface ModuleTree {
  readonly paths: ReadonlyMap<string, string>;
  readonly builtIn: ReadonlySet<string>;
}

/** A module's name as the kernel knows it: file names use - and _ alike. */
function moduleName(path: string): string {
  return basename(path, ".ko").replaceAll("-", "_");
}

function readTree(root: string): ModuleTree {
  const files = readdirSync(join(root, "kernel"), { recursive: true, encoding: "utf8" });
  const paths = files.filter((file) => file.endsWith(".ko")).map((file) => join(root, "kernel", file));
  const builtIn = readFileSync(join(root, "modules.builtin"), "utf8").split("\n").filter(Boolean);
  return {
    paths: new Map(paths.map((path) => [moduleName(path), path])),
    builtIn: new Set(builtIn.map(moduleName)),
  };
}

/** The `depends=a,b` record of a module's .modinfo section. */
function dependencies(path: string): string[] {
  const module = readFileSync(path);
  const start = module.indexOf("\0depends=");
  if (start < 0) return [];
  const list = module.toString("latin1", start + 9, module.indexOf(0, start + 9));
  return list.split(",").filter(Boolean).map(moduleName);
}

/** Names to load for `name`, dependencies first; empty when it is built into the kernel. */
function loadOrder(tree: ModuleTree, name: string, order: string[] = []): string[] {
  if (tree.builtIn.has(name) || order.includes(name)) return order;
  const path = tree.paths.get(name);
  if (path === undefined) throw new Error(`kernel module ${name}: neither a file nor built in`);
  for (const dependency of dependencies(path)) loadOrder(tree, dependency, order);
  order.push(name);
  return order;
}

function readWanted(path: string): { when: When; name: string }[] {
  const lines = readFileSync(path, "utf8").split("\n");
  return lines
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [when, name] = line.split(" ");
      if ((when !== "boot" && when !== "demand") || name === undefined) throw new Error(`${path}: bad line: ${line}`);
      return { when, name };
    });
}

/**
 * Copies a module without its signature, symbols and type information: a third of the size, and the guest is spared the
 * signature's check, some ms each under TCG. The kernel marks itself tainted (E) for it; nothing in the guest minds.
 */
function copyStripped(from: string, to: string): void {
  execFileSync("objcopy", ["--strip-unneeded", "--remove-section=.BTF", from, to]);
}

const [, , wantedPath, root, output] = process.argv;
if (wantedPath === undefined || root === undefined || output === undefined) {
  throw new Error("usage: kernel-modules.ts WANTED MODULES_DIRECTORY OUTPUT");
}
const tree = readTree(root);
const boot: string[] = [];
const demand: string[] = [];
const copied = new Set<string>();
for (const { when, name } of readWanted(wantedPath)) {
  const order = when === "boot" ? loadOrder(tree, name, boot) : loadOrder(tree, name);
  for (const each of order) copied.add(each);
  // the kernel gives up what is loaded already with EEXIST: such a line may repeat what the start has loaded
  if (when === "demand" && order.length > 0) demand.push([name, ...order.map((each) => `${each}.ko`)].join(" "));
}
mkdirSync(join(output, "modules"), { recursive: true });
for (const name of copied) copyStripped(tree.paths.get(name) ?? name, join(output, "modules", `${name}.ko`));
writeFileSync(join(output, "modules.list"), boot.map((name) => `${name}.ko\n`).join(""));
writeFileSync(join(output, "modules.demand"), demand.map((line) => `${line}\n`).join(""));
