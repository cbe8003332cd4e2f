/** Whether the machine of a sandbox has a share of the host's files. It is decided once, before there is a machine: templates and reserves are kept by it. */
import { Fault } from "../../base/fault.ts";
import type { Configuration } from "../config/configuration.ts";
import { assertCopied } from "../sandbox/copied-files.ts";
import { descriptorName } from "../sandbox/descriptors.ts";
import { guestTmpfs } from "../sandbox/guest-tmpfs.ts";
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
export function needsShare({ hypervisor }: Pick<Configuration, "hypervisor">, { bundle, trees, pod }: FirstContainer): boolean {
  if (hypervisor.sharedFs === "none") {
    assertWithoutShare(bundle, trees);
    return false;
  }
  return pod || !bundle.rootIsDisk || bindMounts(bundle, trees).some(({ mount, fd }) => !guestTmpfs(mount, fd));
}

function assertWithoutShare(bundle: Bundle, trees: readonly NamedDescriptor[]): void {
  if (!bundle.rootIsDisk)
    throw new Fault(
      `root ${bundle.rootfs}: is a directory, and shared_fs is "none"; must be a block device or an image, or shared_fs "virtio-fs"`,
      { component: "share", code: "unsupported" },
    );
  for (const { mount, fd } of bindMounts(bundle, trees)) assertCopied(mount, fd);
}

function bindMounts({ spec }: Bundle, trees: readonly NamedDescriptor[]) {
  const descriptors = new Map(trees.map(({ name, fd }) => [name, fd]));
  return (spec.mounts ?? []).flatMap((mount, index) => {
    const fd = descriptors.get(descriptorName.mount(index));
    return fd === undefined ? [] : { mount, fd };
  });
}
