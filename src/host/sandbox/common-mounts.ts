/** Mounts that several containers of the sandbox may have: in the share once, for as long as one of them is there. */
import type { Fd } from "../../sys/syscall.ts";
import type { Share } from "../share/share.ts";

/** In the share. */
const place = "common";

interface Entry {
  readonly name: string;
  /** In the guest. */
  readonly path: string;
  readonly readOnly: boolean;
  users: number;
}

export interface CommonPath {
  /** As nothing else is called for as long as the sandbox lives. */
  readonly name: string;
  readonly path: string;
  release(): void;
}

export class CommonMounts {
  readonly #share: Pick<Share, "add" | "remove">;
  readonly #entries = new Map<string, Entry[]>();
  #made = 0;

  constructor(share: Pick<Share, "add" | "remove">) {
    this.#share = share;
  }

  /**
   * One that may be written to serves who only reads: the guest sees to that, and could write anyway. One that is read-only on the
   * host's side stays so, and who wants to write later has another. `label` tells a person what it is.
   */
  add(identity: string, tree: Fd, { label, readOnly }: { readonly label: string; readonly readOnly: boolean }): CommonPath {
    const known = this.#entries.get(identity) ?? [];
    const entry = known.find((each) => readOnly || !each.readOnly) ?? this.#make(tree, label, readOnly);
    if (entry.users++ === 0) this.#entries.set(identity, [...known, entry]);
    return { name: entry.name, path: entry.path, release: () => this.#release(identity, entry) };
  }

  #make(tree: Fd, label: string, readOnly: boolean): Entry {
    const name = `${this.#made++}-${label}`;
    return { name, path: this.#share.add(`${place}/${name}`, tree, { readOnly }), readOnly, users: 0 };
  }

  #release(identity: string, entry: Entry): void {
    if (--entry.users > 0) return;
    const others = (this.#entries.get(identity) ?? []).filter((each) => each !== entry);
    if (others.length > 0) this.#entries.set(identity, others);
    else this.#entries.delete(identity);
    this.#share.remove(`${place}/${entry.name}`);
  }
}
