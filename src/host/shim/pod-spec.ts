/** The specification of a pod's sandbox, made of what kubelet wants of the pod. Pure. */
import { Fault } from "../../base/fault.ts";
import type { Mount, Spec } from "../../oci/spec.ts";
import type { Namespace } from "../../oci/spec-linux.ts";
import type { DNSConfig, PodSandboxConfig } from "../../protocol/gen/cri.ts";

export interface PodWishes {
  readonly id: string;
  readonly config: PodSandboxConfig;
  /** Empty: the pod wants the host's. */
  readonly networkNamespace: string;
}

/** Below the bundle; containerd removes the bundle's `rootfs` only while that is empty. */
export const podRoot = "pause";

const hostMode = 2; // NamespaceMode.NODE

/** What containerd writes for the container of a pause image, without what only a program needs. */
export function podSpec({ id, config, networkNamespace }: PodWishes): Spec {
  const { linux } = config;
  const modes = linux?.securityContext?.namespaceOptions;
  if (modes?.usernsOptions && modes.usernsOptions.mode !== hostMode)
    throw new Fault("security_context.namespace_options.userns_options: a pod's user namespace is not supported by the sandbox API", {
      component: "shim",
      code: "unsupported",
    });
  const own = (type: "pid" | "ipc", mode: number | undefined): Namespace[] => (mode === hostMode ? [] : [{ type }]);
  const network: Namespace[] = networkNamespace === "" ? [] : [{ type: "network", path: networkNamespace }];
  const cgroupsPath = cgroupOf(linux?.cgroupParent ?? "", id);
  return {
    ociVersion: "1.1.0",
    process: { user: { uid: 0, gid: 0 }, args: ["pause"], cwd: "/", noNewPrivileges: true },
    root: { path: podRoot, readonly: true },
    ...(config.hostname !== "" && { hostname: config.hostname }),
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" }, // by it the pod's parameters of the kernel are set
      { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "strictatime", "mode=755", "size=65536k"] },
    ],
    annotations: annotationsOf(id, config),
    linux: {
      namespaces: [...network, ...own("pid", modes?.pid), ...own("ipc", modes?.ipc), { type: "uts" }, { type: "mount" }],
      ...(cgroupsPath !== undefined && { cgroupsPath }),
      ...(linux && { sysctl: linux.sysctls }),
    },
  };
}

/** As containerd's own: below the parent, or a scope in a slice of systemd's. */
function cgroupOf(parent: string, id: string): string | undefined {
  if (parent === "") return undefined;
  const last = parent.slice(parent.lastIndexOf("/") + 1);
  return last.endsWith(".slice") ? `${last}:cri-containerd:${id}` : `${parent.replace(/\/+$/, "")}/${id}`;
}

const cri = "io.kubernetes.cri.";

/** Those that containerd makes, and of the pod's those that configure its machine. */
function annotationsOf(id: string, { metadata, annotations, linux }: PodSandboxConfig): Record<string, string> {
  const own = Object.entries(annotations).filter(([name]) => name.startsWith("io.katacontainers."));
  const size = linux?.resources;
  return {
    ...Object.fromEntries(own),
    ...(size && {
      [`${cri}sandbox-cpu-period`]: String(size.cpuPeriod),
      [`${cri}sandbox-cpu-quota`]: String(size.cpuQuota),
      [`${cri}sandbox-memory`]: String(size.memoryLimitInBytes),
    }),
    [`${cri}sandbox-name`]: metadata?.name ?? "",
    [`${cri}sandbox-namespace`]: metadata?.namespace ?? "",
    [`${cri}sandbox-uid`]: metadata?.uid ?? "",
    [`${cri}sandbox-id`]: id,
    [`${cri}container-type`]: "sandbox",
  };
}

/** The pod's resolv.conf. */
export function resolvConf({ servers, searches, options }: DNSConfig): string {
  const line = (name: string, words: readonly string[]): string => (words.length > 0 ? `${name} ${words.join(" ")}\n` : "");
  return [line("search", searches), ...servers.map((server) => line("nameserver", [server])), line("options", options)].join("");
}

/** What all containers of a pod have: a file, or the memory of /dev/shm, below `directory`. */
const common: Readonly<Record<string, string>> = {
  "/etc/hostname": "hostname",
  "/etc/hosts": "hosts",
  "/etc/resolv.conf": "resolv.conf",
  "/dev/shm": "shm",
};

/** containerd mounts these where it makes the sandbox; what a container has of its own stays, but for a /dev/shm that is no bind. */
export function withPodMounts(spec: Spec, directory: string): Spec {
  const bound = (destination: string): boolean => spec.mounts?.some((mount) => mount.destination === destination && isOwn(mount)) ?? false;
  const missing = Object.keys(common).filter((destination) => !bound(destination));
  const added = missing.map((destination): Mount => {
    const source = `${directory}/${common[destination]}`;
    return {
      destination,
      type: "bind",
      source,
      options: ["rbind", "rprivate", spec.root.readonly && destination !== "/dev/shm" ? "ro" : "rw"],
    };
  });
  const kept = (spec.mounts ?? []).filter(({ destination }) => !missing.includes(destination));
  return { ...spec, mounts: [...kept, ...added] };
}

const isOwn = ({ destination, type }: Mount): boolean => destination !== "/dev/shm" || type === "bind";
