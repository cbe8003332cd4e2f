/**
 * In whose virtual machine a container runs, and what the namespaces it joins are there. A path of the host means one of
 * three things: the namespaces of a process of ours (that container's, in its machine), a namespace that an engine made
 * and keeps (all who name it share one in the machine), or the host's own, which no machine has.
 */
import { Fault } from "../../base/fault.ts";
import { containerType } from "../../oci/container-type.ts";
import type { Spec } from "../../oci/spec.ts";
import type { Linux, Namespace } from "../../oci/spec-linux.ts";
import { stat, statIfPresent, withFd } from "../../sys/file.ts";
import { type IdMappings, readIdMappings, sameIds } from "../../sys/id-mapping.ts";
import { openNamespace } from "../../sys/namespace.ts";
import { type ContainerRecord, isAlive } from "../store/record.ts";
import type { Store } from "../store/store.ts";

export interface Placement {
  readonly kind: "single" | "sandbox" | "container";
  readonly sandboxId: string;
  /** The path of a namespace that is joined is the id of the container that has it; id mappings are the joined one's. */
  readonly spec: Spec;
  /** Namespaces kept by others that this container is the first to name. */
  readonly pinned: readonly Pinned[];
}

type Pinned = NonNullable<ContainerRecord["pinned"]>[number];

/** Annotations decide; without them a container goes where a namespace that it joins is. */
export function placeContainer(store: Store, id: string, spec: Spec): Placement {
  const type = containerType(id, spec.annotations);
  const namespaces = spec.linux?.namespaces ?? [];
  if (!namespaces.some(({ path }) => path)) return { ...type, spec, pinned: [] };
  const neighbours = new Neighbours(store);
  const found = type.kind === "single" || neighbours.none(type) ? neighbours.ofNamespaces(namespaces) : undefined;
  const place = found ? ({ kind: "container", sandboxId: found.sandboxId } as const) : type;
  const pinned: Pinned[] = [];
  let linux: Linux = spec.linux ?? {};
  const translated = namespaces.map((namespace): Namespace => {
    const { path } = namespace;
    if (!path || namespace.type === "network") return namespace;
    const owner = neighbours.ownerOf({ ...namespace, path }, place.sandboxId);
    if (namespace.type === "user") linux = withIdsOf(linux, path, owner);
    if ("id" in owner) return { type: namespace.type, path: owner.id };
    pinned.push(owner);
    return { type: namespace.type };
  });
  return { ...place, spec: { ...spec, linux: { ...linux, namespaces: translated } }, pinned };
}

/** Whoever joins a user namespace has its mappings. Engines name them all the same, and runc takes no others. */
function withIdsOf(linux: Linux, path: string, owner: ContainerRecord | Pinned): Linux {
  const { uids, gids } = "id" in owner ? idsOf(owner, path) : idsKeptAt(path);
  const { uidMappings = [], gidMappings = [] } = linux;
  const given = uidMappings.length > 0 || gidMappings.length > 0;
  if (given && !(sameIds(uids, uidMappings) && sameIds(gids, gidMappings))) {
    const text = "user namespaces enabled, but both namespace path and non-matching mapping specified -- you may only provide one";
    throw new Fault(`linux.namespaces: user namespace ${path}: ${text}`, { component: "oci", code: "invalid-spec" });
  }
  return { ...linux, uidMappings: uids, gidMappings: gids };
}

function idsOf({ id, idMappings }: ContainerRecord, path: string): IdMappings {
  if (idMappings) return idMappings;
  throw cannotJoin("user", path, `that of container ${id}, which has none of its own`);
}

function idsKeptAt(path: string): IdMappings {
  try {
    const namespace = openNamespace(path);
    return withFd(namespace, () => readIdMappings(namespace));
  } catch (cause) {
    throw new Fault(`linux.namespaces: user namespace ${path}: read its id mappings`, { component: "runtime", cause });
  }
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

  /** The container in that sandbox that has the namespace, or what to remember of it. */
  ownerOf({ type, path }: Required<Namespace>, sandboxId: string): ContainerRecord | Pinned {
    const owner = this.#ofProcess(path);
    if (owner?.sandboxId === sandboxId) return owner;
    if (owner) throw cannotJoin(type, path, `that of container ${owner.id}, which runs in another virtual machine`);
    const inode = inodeOf(type, path);
    if (inode === stat(`/proc/self/ns/${type === "mount" ? "mnt" : type}`).inode) throw cannotJoin(type, path, "the host's own");
    const keeper = this.#all().find(
      (record) => record.sandboxId === sandboxId && record.pinned?.some((each) => each.type === type && each.inode === inode),
    );
    // an engine keeps one by a file of its own; a process's is that of what it runs, which is in no machine
    if (!keeper && type === "user" && processOf(path)) throw cannotJoin(type, path, "that of no container of this machine");
    return keeper ?? { type, inode };
  }

  #ofProcess(path: string): ContainerRecord | undefined {
    const pid = processOf(path);
    if (pid === undefined) return undefined;
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

function processOf(path: string): number | undefined {
  const pid = /^\/proc\/(\d+)\/(?:task\/\d+\/)?ns\/\w+$/.exec(path)?.[1];
  return pid === undefined ? undefined : Number(pid);
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
