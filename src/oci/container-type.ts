/** Is a container its own sandbox, a pod's sandbox, or a container in a pod's sandbox? CRI runtimes say so by annotations. */
import { Fault } from "../base/fault.ts";
import { show } from "./shape.ts";

export type ContainerType =
  | { readonly kind: "single"; readonly sandboxId: string }
  | { readonly kind: "sandbox"; readonly sandboxId: string }
  | { readonly kind: "container"; readonly sandboxId: string };

interface Convention {
  readonly typeKey: string;
  readonly sandbox: string;
  readonly container: string;
  readonly sandboxIdKey: string;
}

/** containerd, CRI-O, dockershim: the first whose type key is there counts. */
const conventions: readonly Convention[] = [
  {
    typeKey: "io.kubernetes.cri.container-type",
    sandbox: "sandbox",
    container: "container",
    sandboxIdKey: "io.kubernetes.cri.sandbox-id",
  },
  {
    typeKey: "io.kubernetes.cri-o.ContainerType",
    sandbox: "sandbox",
    container: "container",
    sandboxIdKey: "io.kubernetes.cri-o.SandboxID",
  },
  {
    typeKey: "io.kubernetes.docker.type",
    sandbox: "podsandbox",
    container: "container",
    sandboxIdKey: "io.kubernetes.sandbox.id",
  },
];

/** Annotations that decide in whose virtual machine a container runs. */
export function placementAnnotations(): string[] {
  return conventions.flatMap(({ typeKey, sandboxIdKey }) => [typeKey, sandboxIdKey]);
}

/**
 * The place of container `id`. Without pod annotations (Docker, Podman, ctr) it is its own sandbox. Throws when the type
 * is unknown, or a pod's container does not say which sandbox is its own.
 */
export function containerType(id: string, annotations: Readonly<Record<string, string>> = {}): ContainerType {
  for (const { typeKey, sandbox, container, sandboxIdKey } of conventions) {
    const type = Object.hasOwn(annotations, typeKey) ? annotations[typeKey] : undefined;
    if (type === undefined) continue;
    if (type === sandbox) return { kind: "sandbox", sandboxId: id };
    if (type !== container) {
      const seen = /^[\w.-]{1,80}$/.test(type) ? type : show(type); // engines know Kata's words, without quotes
      throw new Fault(`Unknown container type ${seen} in annotation ${typeKey}: must be ${sandbox} or ${container}`, {
        code: "invalid-spec",
      });
    }
    const sandboxId = Object.hasOwn(annotations, sandboxIdKey) ? annotations[sandboxIdKey] : undefined;
    if (!sandboxId) throw new Fault(`Could not find sandbox ID: annotation ${sandboxIdKey} is missing`, { code: "invalid-spec" });
    return { kind: "container", sandboxId };
  }
  return { kind: "single", sandboxId: id };
}
