/**
 * In whose virtual machine a container runs, and what the namespaces it joins are there. A path of the host means one of
 * three things: the namespaces of a process of ours (that container's, in its machine), a namespace that an engine made
 * and keeps (all who name it share one in the machine), or the host's own, which no machine has.
 */
import { Fault } from "../../base/fault.ts";
import { containerType } from "../../oci/container-type.ts";
import type { Spec } from "../../oci/spec.ts";
import type { Namespace } from "../../oci/spec-linux.ts";
import { stat, statIfPresent } from "../../sys/file.ts";
import { type ContainerRecord, isAlive } from "../store/record.ts";
import type { Store } from "../store/store.ts";

export interface Placement {
  readonly kind: "single" | "sandbox" | "container";
  readonly sandboxId: string;
  /** The path of a namespace that is joined is the id of the container that has it. */
  readonly spec: Spec;
  /** Namespaces kept by others that this container is the first to name. */
  readonly pinned: NonNullable<ContainerRecord["pinned"]>;
}

/** Annotations decide; without them a container goes where a namespace that it joins is. */
export function placeContainer(store: Store, id: string, spec: Spec): Placement {
  const type = containerType(id, spec.annotations);
  const namespaces = spec.linux?.namespaces ?? [];
  if (!namespaces.some(({ path }) => path)) return { ...type, spec, pinned: [] };
  const neighbours = new Neighbours(store);
  const found = type.kind === "single" || neighbours.none(type) ? neighbours.ofNamespaces(namespaces) : undefined;
  const place = found ? ({ kind: "container", sandboxId: found.sandboxId } as const) : type;
  const pinned: Placement["pinned"][number][] = [];
  const translated = namespaces.map((namespace): Namespace => {
    if (!namespace.path || namespace.type === "network") return namespace;
    const name = neighbours.nameOf({ ...namespace, path: namespace.path }, place.sandboxId);
    if (typeof name === "string") return { type: namespace.type, path: name };
    pinned.push(name);
    return { type: namespace.type };
  });
  return { ...place, spec: { ...spec, linux: { ...spec.linux, namespaces: translated } }, pinned };
}

/** Containers that are there. */
class Neighbours {
  readonly #store: Store;
  #records: readonly ContainerRecord[] | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Whether an annotation names a sandbox that is none of ours: Podman writes the pod's id. */
  none({ kind, sandboxId }: { readonly kind: string; readonly sandboxId: string }): boolean {
    return kind === "container" && this.#store.read(sandboxId) === undefined;
  }

  /** The container that one of the namespaces belongs to. */
  ofNamespaces(namespaces: readonly Namespace[]): ContainerRecord | undefined {
    for (const { path } of namespaces) {
      const record = path ? this.#ofProcess(path) : undefined;
      if (record) return record;
    }
    return undefined;
  }

  /** The id of the container in that sandbox that has the namespace, or what to remember of it. */
  nameOf({ type, path }: Required<Namespace>, sandboxId: string): string | Placement["pinned"][number] {
    const owner = this.#ofProcess(path);
    if (owner?.sandboxId === sandboxId) return owner.id;
    if (owner) throw cannotJoin(type, path, `that of container ${owner.id}, which runs in another virtual machine`);
    const inode = inodeOf(type, path);
    if (inode === stat(`/proc/self/ns/${type === "mount" ? "mnt" : type}`).inode) throw cannotJoin(type, path, "the host's own");
    const keeper = this.#all().find(
      (record) => record.sandboxId === sandboxId && record.pinned?.some((each) => each.type === type && each.inode === inode),
    );
    return keeper?.id ?? { type, inode };
  }

  #ofProcess(path: string): ContainerRecord | undefined {
    const pid = Number(/^\/proc\/(\d+)\/(?:task\/\d+\/)?ns\/\w+$/.exec(path)?.[1]);
    if (!pid) return undefined;
    return this.#all().find(({ process, status }) => process.pid === pid && status !== "creating" && isAlive(process));
  }

  #all(): readonly ContainerRecord[] {
    if (!statIfPresent(this.#store.root)) return [];
    this.#records ??= this.#store.list().flatMap((id) => this.#read(id) ?? []);
    return this.#records;
  }

  /** One that is damaged is no reason to refuse another container. */
  #read(id: string): ContainerRecord | undefined {
    try {
      return this.#store.read(id);
    } catch {
      return undefined;
    }
  }
}

function inodeOf(type: string, path: string): number {
  try {
    return Number(stat(path).inode);
  } catch (cause) {
    throw new Fault(`linux.namespaces: ${type} namespace ${path}`, { component: "runtime", cause });
  }
}

function cannotJoin(type: string, path: string, whose: string): Fault {
  return new Fault(`linux.namespaces: ${type} namespace ${path} is ${whose}: a container in a virtual machine cannot join it`, {
    component: "runtime",
    code: "unsupported",
  });
}
