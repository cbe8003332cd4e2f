/** Where sandboxes of this host have their records. */
import { listSubdirectories } from "../../sys/directory.ts";
import { statIfPresent } from "../../sys/file.ts";
import { defaultRoot } from "./store.ts";

/** State directories: the default one, those of containerd's namespaces below it, and `more`, each with such of its own. */
export function stateDirectories(more: readonly string[]): string[] {
  const all = [defaultRoot, ...more].flatMap((root) => {
    const shims = `${root}/@shim`;
    return [root, ...(statIfPresent(shims) ? listSubdirectories(shims).map((name) => `${shims}/${name}`) : [])];
  });
  return [...new Set(all)];
}
