/** Direct volumes of containers that run: a storage driver knows the volume's path alone, not who has it. */
import { Fault, hasCode } from "../../base/fault.ts";
import { decodeUtf8 } from "../../base/text.ts";
import { findDirectVolume } from "../disk/direct-volume.ts";
import { isAlive } from "../store/record.ts";
import { stateDirectories } from "../store/roots.ts";
import { Store } from "../store/store.ts";
import type { Runtime } from "./context.ts";
import type { SandboxClient } from "./sandbox-client.ts";
import { withSandbox } from "./signal.ts";

/** Kata's document, as JSON. */
export const volumeStats = (rt: Runtime, volumePath: string): Promise<string> =>
  whereItIs(rt, volumePath, async ({ api }, path) => decodeUtf8((await api.volumeStats({ path })).statsJson));

export const resizeVolume = (rt: Runtime, volumePath: string, size: number): Promise<void> =>
  whereItIs(rt, volumePath, async ({ api }, path) => void (await api.resizeVolume({ path, size })));

/** In the one sandbox that has the volume's disk. */
async function whereItIs<T>(rt: Runtime, volumePath: string, work: (sandbox: SandboxClient, device: string) => Promise<T>): Promise<T> {
  const volume = findDirectVolume(volumePath);
  if (!volume) throw notThere(`${volumePath}: no such volume was added`);
  for (const root of stateDirectories([rt.store.root])) {
    const runtime = { ...rt, store: new Store(root) };
    for (const id of runtime.store.listSandboxes()) {
      const record = runtime.store.readSandbox(id);
      if (!record || !isAlive(record.process)) continue;
      try {
        return await withSandbox(runtime, id, (sandbox) => work(sandbox, volume.device));
      } catch (error) {
        if (!hasCode(error, "not-found")) throw error;
      }
    }
  }
  throw notThere(`${volumePath}: no container that runs has the disk ${volume.device}`);
}

const notThere = (text: string): Fault => new Fault(`direct-volume: ${text}`, { component: "disk", code: "not-found" });
