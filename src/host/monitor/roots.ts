/** Which sandboxes run on this host, whatever started them. */
import type { Runtime } from "../runtime/context.ts";
import { labelText } from "../runtime/metric-family.ts";
import { isAlive } from "../store/record.ts";
import { defaultRoot } from "../store/store.ts";

export interface FoundSandbox {
  readonly id: string;
  readonly runtime: Runtime;
  /** What tells it from all others, as it stands between a sample's braces. */
  readonly labels: string;
}

/** Those whose process lives. `failed` hears of a record that cannot be read: the others are told all the same. */
export function runningSandboxes(runtimes: readonly Runtime[], failed: (id: string, error: unknown) => void): FoundSandbox[] {
  return runtimes.flatMap((runtime) =>
    runtime.store.listSandboxes().flatMap((id) => {
      try {
        const record = runtime.store.readSandbox(id);
        return record && isAlive(record.process) ? [{ id, runtime, labels: labelsOf(runtime, id) }] : [];
      } catch (error) {
        failed(id, error);
        return [];
      }
    }),
  );
}

/** Two state directories may have sandboxes of one name. */
function labelsOf({ store }: Runtime, id: string): string {
  const annotations = store.read(id)?.annotations ?? {};
  const pod = (key: "uid" | "name" | "namespace"): string | undefined =>
    annotations[`io.kubernetes.cri.sandbox-${key}`] ?? annotations[`io.kubernetes.pod.${key}`];
  return labelText({
    sandbox_id: id,
    cri_uid: pod("uid"),
    cri_name: pod("name"),
    cri_namespace: pod("namespace"),
    root: store.root === defaultRoot ? undefined : store.root,
  });
}
