/** Paths in the guest that both ends name, and names that make them up. Those of the Kata agent, so that foreign ends fit. */

/** Tag of the virtio-fs device that carries the host's share directory. */
export const shareTag = "kataShared";
/** Everything of a pod in the guest. */
export const guestRun = "/run/kata-containers";
/** Where the share is mounted: `<cid>/rootfs` is a root file system, `<cid>-<8 hex>-<base name>` the source of a bind mount. */
export const guestShare = `${guestRun}/shared/containers`;
/** Mounts that containers of the pod have in common. */
export const guestSandbox = `${guestRun}/sandbox`;
/** The pod's tmpfs for /dev/shm. */
export const guestShm = `${guestSandbox}/shm`;
/** Memory-backed emptyDir volumes and hugepages, by base name. */
export const guestEphemeral = `${guestSandbox}/ephemeral`;
/** Volumes of the host that containers have in common, by their names in the share. */
export const guestCommon = `${guestSandbox}/common`;
/** Copies of small volumes of the host whose changes are told, by container: `<cid>/mount-<index>-<label>`. */
export const guestCopies = `${guestSandbox}/copies`;
/** The agent's program: the guest's initramfs has nothing else. */
export const guestAgent = "/init";
/** Block volumes, by the base64url of their source. */
/** Where a volume on the disk of that name is mounted. */
export const guestVolume = (disk: string): string => `${guestStorage}/${disk}`;
export const guestStorage = `${guestSandbox}/storage`;
/** Pinned namespaces of the pod: `ipc`, `uts`, `pid`. */
export const guestNamespaces = "/var/run/sandbox-ns";

/** Root file system of a container on the share, as the host lays it out and `Spec.root.path` names it. */
export function guestRootfs(containerId: string): string {
  return `${guestShare}/${containerId}/rootfs`;
}

/** Where the agent keeps a container's `config.json` and binds its root file system (`rootfs`). */
export function guestBundle(containerId: string): string {
  return `${guestRun}/${containerId}`;
}
