/** What this runtime does, as the runtime specification's features document has it. Made of the tables that decide. Pure. */
import { productCommit, productVersion } from "../../base/version.ts";
import { capabilityNames } from "../../oci/capability-names.ts";
import { placementAnnotations } from "../../oci/container-type.ts";
import { memoryFlags, memoryModes } from "../../oci/memory-policy.ts";
import { specVersion } from "../../oci/state.ts";
import { type Feature, guestFeatures } from "../../oci/unsupported.ts";
import { knownMountOptions } from "../../sys/mount-options.ts";
import { actions, flags, operators } from "../seccomp/names.ts";

const hooks = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"] as const;

/** What the libseccomp of this program can. */
export interface SeccompFacts {
  readonly version: string;
  /** Names of the specification. */
  readonly architectures: readonly string[];
}

export function featuresDocument(seccomp: SeccompFacts, features: readonly Feature[] = guestFeatures): object {
  const has = (feature: Feature): boolean => features.includes(feature);
  const idmap = has("idmapped-mounts");
  return {
    ociVersionMin: "1.0.0",
    ociVersionMax: specVersion,
    hooks: has("hooks") ? hooks : [],
    mountOptions: [...knownMountOptions(), ...(idmap ? ["idmap", "ridmap"] : [])].sort(),
    linux: {
      namespaces: [
        ...["cgroup", "ipc", "mount", "network", "pid"],
        ...(has("time-namespace") ? ["time"] : []),
        ...(has("user-namespace") ? ["user"] : []),
        "uts",
      ],
      capabilities: capabilityNames()
        .map((name) => `CAP_${name}`)
        .sort(),
      // limits are set in the guest, which has cgroup v2; on the host its processes are placed in either
      cgroup: { v1: true, v2: true, systemd: false, systemdUser: false, rdma: has("rdma") },
      seccomp: {
        enabled: true,
        actions: Object.keys(actions).sort(),
        operators: Object.keys(operators).sort(),
        archs: [...seccomp.architectures].sort(),
        knownFlags: Object.keys(flags).sort(),
        supportedFlags: Object.keys(flags).sort(),
      },
      apparmor: { enabled: has("apparmor") },
      selinux: { enabled: has("selinux") },
      intelRdt: { enabled: has("intel-rdt") },
      mountExtensions: { idmap: { enabled: idmap } },
      memoryPolicy: { modes: Object.keys(memoryModes), flags: Object.keys(memoryFlags) },
      netDevices: { enabled: has("net-devices") },
    },
    annotations: {
      "io.github.seccomp.libseccomp.version": seccomp.version,
      "io.katacontainers.runtime.commit": productCommit,
      "io.katacontainers.runtime.version": productVersion,
      "org.opencontainers.runc.checkpoint.enabled": "false",
    },
    potentiallyUnsafeConfigAnnotations: placementAnnotations(),
  };
}
