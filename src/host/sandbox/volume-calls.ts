/** Volumes on disks of the machine for the direct-volume commands. */
import { encodeUtf8 } from "../../base/text.ts";
import { stringifyExactJson } from "../../oci/shape.ts";
import type { Sandbox as SandboxService } from "../../protocol/gen/sandbox.ts";
import type { Handlers } from "../../protocol/service.ts";
import type { Sandbox } from "./sandbox.ts";

type VolumeMethods = "volumeStats" | "resizeVolume";

export function volumeCalls(sandbox: () => Sandbox): Pick<Handlers<typeof SandboxService>, VolumeMethods> {
  return {
    volumeStats: async ({ path }) => {
      const volumeGuestPath = sandbox().disks.guestPath(path);
      const { api } = await sandbox().agent;
      const { usage, volumeCondition } = await api.getVolumeStats({ volumeGuestPath });
      return { statsJson: encodeUtf8(stringifyExactJson({ usage, volume_condition: volumeCondition })) };
    },
    resizeVolume: async ({ path, size }) => {
      const { agent, vm } = await sandbox().machine;
      const volumeGuestPath = sandbox().disks.guestPath(path);
      await sandbox().disks.grow(path, size, vm.hotplug);
      await agent.api.resizeVolume({ volumeGuestPath, size });
      return {};
    },
  };
}
