import assert from "node:assert/strict";
import { test } from "node:test";
import type { Spec } from "../../oci/spec.ts";
import { decodePodSandboxConfig, encodePodSandboxConfig, type PodSandboxConfig } from "../../protocol/gen/cri.ts";
import { podSpec, resolvConf, withPodMounts } from "./pod-spec.ts";

const configured = (config: Parameters<typeof encodePodSandboxConfig>[0]): PodSandboxConfig =>
  decodePodSandboxConfig(encodePodSandboxConfig(config));
const specOf = (config: Parameters<typeof encodePodSandboxConfig>[0], networkNamespace = "/run/netns/pod"): Spec =>
  podSpec({ id: "pod", config: configured(config), networkNamespace });
const cgroup = (cgroupParent: string): string | undefined => specOf({ linux: { cgroupParent } }).linux?.cgroupsPath;

test("podSpec() has the namespaces that the pod does not take from the host", () => {
  const types = (...args: Parameters<typeof specOf>) => specOf(...args).linux?.namespaces?.map(({ type }) => type);
  assert.deepEqual(types({}), ["network", "pid", "ipc", "uts", "mount"]);
  const hosts = { linux: { securityContext: { namespaceOptions: { network: 2, pid: 2, ipc: 2, usernsOptions: { mode: 2 } } } } };
  assert.deepEqual(types(hosts, ""), ["uts", "mount"]);
});

test("podSpec() refuses a user namespace of the pod", () => {
  const userns = { linux: { securityContext: { namespaceOptions: { usernsOptions: { mode: 0 } } } } };
  assert.throws(() => specOf(userns), /userns_options.*not supported/);
});

test("podSpec() has the cgroup where containerd would have it", () => {
  assert.equal(cgroup(""), undefined);
  assert.equal(cgroup("/pods/"), "/pods/pod");
  assert.equal(cgroup("/kubepods.slice/kubepods-pod1.slice"), "kubepods-pod1.slice:cri-containerd:pod");
});

test("podSpec() has containerd's annotations, and of the pod's those for its machine", () => {
  const { annotations } = specOf({
    metadata: { name: "n", namespace: "ns", uid: "u" },
    annotations: { "io.katacontainers.config.hypervisor.default_vcpus": "2", other: "x", "io.kubernetes.cri.sandbox-id": "forged" },
    linux: { resources: { cpuPeriod: 100_000, cpuQuota: 200_000, memoryLimitInBytes: 1 << 30 } },
  });
  assert.deepEqual(annotations, {
    "io.katacontainers.config.hypervisor.default_vcpus": "2",
    "io.kubernetes.cri.sandbox-cpu-period": "100000",
    "io.kubernetes.cri.sandbox-cpu-quota": "200000",
    "io.kubernetes.cri.sandbox-memory": "1073741824",
    "io.kubernetes.cri.sandbox-name": "n",
    "io.kubernetes.cri.sandbox-namespace": "ns",
    "io.kubernetes.cri.sandbox-uid": "u",
    "io.kubernetes.cri.sandbox-id": "pod",
    "io.kubernetes.cri.container-type": "sandbox",
  });
});

test("resolvConf() has a line for each that is there", () => {
  assert.equal(
    resolvConf({ servers: ["1.1.1.1", "::1"], searches: ["a", "b"], options: ["ndots:5"] }),
    "search a b\nnameserver 1.1.1.1\nnameserver ::1\noptions ndots:5\n",
  );
  assert.equal(resolvConf({ servers: [], searches: [], options: [] }), "");
});

test("withPodMounts() adds what is missing, takes a /dev/shm of the container's own away, and leaves files that it brings", () => {
  const spec: Spec = {
    process: { user: { uid: 0, gid: 0 }, args: ["x"], cwd: "/" },
    root: { path: "rootfs", readonly: true },
    mounts: [
      { destination: "/dev/shm", type: "tmpfs", source: "shm" },
      { destination: "/etc/hosts", type: "bind", source: "/own" },
    ],
  };
  const mounts = withPodMounts(spec, "/bundle").mounts ?? [];
  assert.deepEqual(
    mounts.map(({ destination, source, options = [] }) => `${destination} ${source} ${options.at(-1) ?? ""}`.trim()),
    ["/etc/hosts /own", "/etc/hostname /bundle/hostname ro", "/etc/resolv.conf /bundle/resolv.conf ro", "/dev/shm /bundle/shm rw"],
  );
});
