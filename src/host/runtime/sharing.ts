/** Whether the machine of a sandbox has a share of the host's files. It is decided once, before there is a machine: templates and reserves are kept by it. */
import { Fault } from "../../base/fault.ts";
import type { Mount } from "../../oci/spec.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { Configuration } from "../config/configuration.ts";
import { assertCopied } from "../sandbox/copied-files.ts";
import { descriptorName } from "../sandbox/descriptors.ts";
import { madeInGuest } from "../sandbox/made-in-guest.ts";
import type { Bundle } from "./bundle.ts";
import type { NamedDescriptor } from "./mount-trees.ts";

interface FirstContainer {
  readonly bundle: Bundle;
  /** Of its root and its bind mounts, as far as they are not on disks. */
  readonly trees: readonly NamedDescriptor[];
  /** Others may come that need more. */
  readonly pod: boolean;
}

/**
 * Without a share there is no daemon, and clones have the template's memory in common. With `shared_fs = "none"` what cannot do
 * without one is refused by its name; else a machine has none only where nothing is lost: where no file of the host's is copied
 * that would have been shared.
 */
export function needsShare(
  { hypervisor, runtime }: Pick<Configuration, "hypervisor" | "runtime">,
  { bundle, trees, pod }: FirstContainer,
): boolean {
  const wishes = { spec: bundle.spec, localEmptyDirs: !runtime.disableGuestEmptyDir };
  const shared = bindMounts(bundle, trees).filter(({ mount, fd }) => !madeInGuest(mount, fd, wishes));
  if (hypervisor.sharedFs === "none") {
    assertWithoutShare(bundle, shared);
    return false;
  }
  return pod || !bundle.rootIsDisk || shared.length > 0;
}

function assertWithoutShare(bundle: Bundle, shared: readonly BindMount[]): void {
  if (!bundle.rootIsDisk)
    throw new Fault(
      `root ${bundle.rootfs}: is a directory, and shared_fs is "none"; must be a block device or an image, or shared_fs "virtio-fs"`,
      { component: "share", code: "unsupported" },
    );
  for (const { mount, fd } of shared) assertCopied(mount, fd);
}

interface BindMount {
  readonly mount: Mount;
  readonly fd: Fd;
}

function bindMounts({ spec }: Bundle, trees: readonly NamedDescriptor[]): BindMount[] {
  const descriptors = new Map(trees.map(({ name, fd }) => [name, fd]));
  return (spec.mounts ?? []).flatMap((mount, index) => {
    const fd = descriptors.get(descriptorName.mount(index));
    return fd === undefined ? [] : { mount, fd };
  });
}
