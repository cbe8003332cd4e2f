/** When the hooks of the host run, and what a failure of theirs means (runtime specification, "Lifecycle"). */
import type { Spec } from "../../oci/spec.ts";
import type { ContainerRecord } from "../store/record.ts";
import type { Runtime } from "./context.ts";

/** What of the specification's hooks is still to come when the container is made. */
export function laterHooks({ hooks }: Spec): Pick<ContainerRecord, "hooks"> {
  const { poststart = [], poststop = [] } = hooks ?? {};
  return poststart.length + poststop.length > 0 ? { hooks: { poststart, poststop } } : {};
}

export const hasCreateHooks = ({ hooks }: Spec): boolean => (hooks?.prestart?.length ?? 0) + (hooks?.createRuntime?.length ?? 0) > 0;

/** With the namespaces there and the container not: the first failure is one of the creation. */
export async function runCreateHooks({ loop }: Runtime, record: ContainerRecord, spec: Spec, pid: number): Promise<void> {
  const { hooks } = spec;
  if (!hooks || !hasCreateHooks(spec)) return;
  const { runHooks } = await import("../hooks/run.ts");
  const state = { ...hookSubject(record), status: "creating", pid } as const;
  await runHooks(loop, { kind: "prestart", hooks: hooks.prestart ?? [], state });
  await runHooks(loop, { kind: "createRuntime", hooks: hooks.createRuntime ?? [], state });
}

/** Once the program runs; `stop` ends it when one fails, which is then a failure of the start. */
export async function runPoststartHooks({ loop }: Runtime, record: ContainerRecord, stop: () => Promise<unknown>): Promise<void> {
  if (!record.hooks?.poststart.length) return;
  const { runHooks } = await import("../hooks/run.ts");
  const state = { ...hookSubject(record), status: "running", pid: record.process.pid } as const;
  try {
    await runHooks(loop, { kind: "poststart", hooks: record.hooks.poststart, state });
  } catch (error) {
    await stop().catch(() => {}); // it has ended by itself
    throw error;
  }
}

/** When nothing is left of the container. A failure is a warning. */
export async function runPoststopHooks({ loop, logger }: Runtime, record: ContainerRecord): Promise<void> {
  if (!record.hooks?.poststop.length) return;
  const { runHooks } = await import("../hooks/run.ts");
  const state = { ...hookSubject(record), status: "stopped" } as const;
  const onFailure = (fault: Error): void => logger.warning(fault.message, { source: "hooks" });
  await runHooks(loop, { kind: "poststop", hooks: record.hooks.poststop, state, onFailure });
}

function hookSubject({ id, bundle, annotations }: ContainerRecord): Pick<ContainerRecord, "id" | "bundle"> & {
  readonly annotations: ContainerRecord["annotations"] | undefined;
} {
  return { id, bundle, annotations };
}
