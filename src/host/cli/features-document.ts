/** What this runtime does, as the runtime specification's features document has it. Made of the tables that decide. Pure. */
import { productCommit, productVersion } from "../../base/version.ts";
import { capabilityNames } from "../../oci/capability-names.ts";
import { placementAnnotations } from "../../oci/container-type.ts";
import { specVersion } from "../../oci/state.ts";
import { type Feature, guestFeatures } from "../../oci/unsupported.ts";
import { knownMountOptions } from "../../sys/mount-options.ts";

const hooks = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"] as const;

export function featuresDocument(features: readonly Feature[] = guestFeatures): object {
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
      seccomp: { enabled: false },
      apparmor: { enabled: has("apparmor") },
      selinux: { enabled: has("selinux") },
      intelRdt: { enabled: has("intel-rdt") },
      mountExtensions: { idmap: { enabled: idmap } },
      netDevices: { enabled: has("net-devices") },
    },
    annotations: {
      "io.katacontainers.runtime.commit": productCommit,
      "io.katacontainers.runtime.version": productVersion,
      "org.opencontainers.runc.checkpoint.enabled": "false",
    },
    potentiallyUnsafeConfigAnnotations: placementAnnotations(),
  };
}
