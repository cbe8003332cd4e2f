/** The network namespace that a specification asks for. */
import type { Cleanup } from "../../base/cleanup.ts";
import { Fault } from "../../base/fault.ts";
import type { Spec } from "../../oci/spec.ts";
import { close, fstat, stat } from "../../sys/file.ts";
import { openNamespace } from "../../sys/namespace.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { NamespaceRef } from "../network/left.ts";
import type { Store } from "../store/store.ts";

/** `own`: a new one, made with the stand-in. */
export type NetworkPlace = { readonly kind: "own" } | { readonly kind: "join"; readonly fd: Fd; readonly ref: NamespaceRef };

/** Throws for the host's: a guest's kernel has no part in it. */
export function networkPlace(spec: Spec, closing: Cleanup): NetworkPlace {
  const namespace = spec.linux?.namespaces?.find(({ type }) => type === "network");
  if (!namespace) throw hostNetwork("linux.namespaces: has no network namespace");
  if (!namespace.path) return { kind: "own" };
  const fd = openPath(namespace.path);
  closing.add("network namespace", () => close(fd));
  const { inode } = fstat(fd);
  if (inode === stat("/proc/self/ns/net").inode)
    throw hostNetwork(`linux.namespaces: network namespace ${namespace.path} is the host's own`);
  return { kind: "join", fd, ref: { path: namespace.path, inode } };
}

function openPath(path: string): Fd {
  try {
    return openNamespace(path);
  } catch (cause) {
    throw new Fault(`linux.namespaces: network namespace ${path}`, { component: "network", cause });
  }
}

function hostNetwork(what: string): Fault {
  return new Fault(
    `${what}: a container in a virtual machine cannot use the host's network; give it one of its own (a bridge or another network of the engine, published ports, or none)`,
    { component: "network", code: "unsupported" },
  );
}

/** That of the container whose id is the pod's. */
export function podNetwork(store: Store, sandboxId: string, closing: Cleanup): { readonly kind: "join"; readonly fd: Fd } {
  const record = store.read(sandboxId);
  if (!record) throw new Fault(`sandbox ${sandboxId}: has no container of its own name`, { component: "runtime", code: "not-found" });
  return { kind: "join", fd: openNetworkOf(record.process.pid, closing) };
}

/** That of a process of ours. */
export function openNetworkOf(pid: number, closing: Cleanup): Fd {
  const fd = openNamespace(`/proc/${pid}/ns/net`);
  closing.add("network namespace", () => close(fd));
  return fd;
}
