/** What a container is to be: what its config.json asks for, checked and understood before anything is made. */
import type { Cleanup } from "../../base/cleanup.ts";
import { Fault } from "../../base/fault.ts";
import type { ContainerId } from "../../oci/container-id.ts";
import { chdir } from "../../sys/file.ts";
import type { Configuration } from "../config/configuration.ts";
import { type Bundle, openBundle, readSpec } from "./bundle.ts";
import type { Runtime } from "./context.ts";
import type { CreateRequest } from "./create-request.ts";
import { type NetworkPlace, networkPlace } from "./network-namespace.ts";
import { type Placement, placeContainer } from "./placement.ts";
import { compileProfile, type Profiled } from "./profile.ts";

export interface ContainerPlan extends Pick<Placement, "kind" | "sandboxId" | "pinned">, Profiled {
  readonly id: ContainerId;
  /** With the specification as the container's place makes it. */
  readonly bundle: Bundle;
  readonly configuration: Configuration;
  readonly network: NetworkPlace;
  readonly terminal: boolean;
}

/** Works in the bundle from now on: paths of the request may be relative to it. */
export async function planContainer(
  rt: Runtime,
  { id, bundle: path, edit, rootImage }: Pick<CreateRequest, "id" | "bundle" | "edit" | "rootImage">,
  closing: Cleanup,
): Promise<ContainerPlan> {
  enterBundle(path);
  const found = readSpec(path);
  const written = edit ? edit(found) : found;
  const configuration = await rt.configuration(written.annotations);
  const opened = openBundle(path, written, configuration, rootImage);
  for (const warning of opened.warnings) rt.logger.warning(warning);
  const network = networkPlace(opened.spec, closing);
  const { kind, sandboxId, pinned, spec } = placeContainer(rt.store, id, opened.spec);
  const bundle = { ...opened, spec };
  const profiled = await compileProfile(rt, spec);
  const terminal = bundle.spec.process.terminal ?? false;
  return { id, bundle, configuration, network, kind, sandboxId, pinned, terminal, ...profiled };
}

function enterBundle(path: string): void {
  try {
    chdir(path);
  } catch (cause) {
    throw new Fault(`bundle ${path}`, { component: "cli", cause });
  }
}
