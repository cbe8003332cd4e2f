/** Requests about the pod as a whole. */
import { sleep } from "../../base/timers.ts";
import { guestRun } from "../../protocol/guest-paths.ts";
import { mkdirAll, replaceFile } from "../../sys/file.ts";
import { setHostname } from "../../sys/system.ts";
import type { Group } from "./groups.ts";
import type { Machine } from "./machine.ts";
import type { Pod } from "./pod.ts";

/** Long enough for the answer to leave the guest. */
const farewellMs = 20;

export function sandboxHandlers(
  pod: Pod,
  machine: Machine,
): Group<"createSandbox" | "destroySandbox" | "getOOMEvent" | "removeStaleVirtiofsShareMounts" | "updateEphemeralMounts"> {
  return {
    createSandbox: (request) => {
      mkdirAll(guestRun, 0o755);
      for (const { name, parameters } of request.kernelModules) machine.loadModule(name, parameters);
      if (request.hostname !== "") setHostname(request.hostname);
      for (const storage of request.storages) pod.storages.add(storage);
      if (request.dns.length > 0)
        replaceFile("/etc/resolv.conf", request.dns.map((line) => (/^\S+$/.test(line) ? `nameserver ${line}\n` : `${line}\n`)).join(""), {
          mode: 0o644,
        });
      return {};
    },
    destroySandbox: async () => {
      await pod.removeAll();
      void sleep(pod.around.timers, farewellMs).then(() => machine.shutDown());
      return {};
    },
    getOOMEvent: async (_request, context) => ({ containerId: await pod.outOfMemory.next((forget) => context.onClose(forget)) }),
    // The share's mounts are made once and stay for the life of the guest: none of them goes stale.
    removeStaleVirtiofsShareMounts: () => ({}),
    // A tmpfs of a size in percent follows the memory by itself; others have the size they were asked for.
    updateEphemeralMounts: () => ({}),
  };
}
