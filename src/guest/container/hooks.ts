/** Hooks that run in the container's namespaces, in the process that becomes the container's program: it has no event loop. */
import { encodeUtf8 } from "../../base/text.ts";
import { type HookEnd, type HookState, hookFault, hookStateJson } from "../../oci/hooks.ts";
import type { Hook } from "../../oci/spec.ts";
import { captureStreams, runCaptured, spawnReason } from "../../sys/captured.ts";
import { processId } from "../../sys/process.ts";

export interface HooksInside {
  readonly kind: "createContainer" | "startContainer";
  readonly hooks: readonly Hook[];
  readonly state: Omit<HookState, "pid">;
  /** For hooks that bring none. */
  readonly env: readonly string[];
}

/** Paths are the container's. Throws the first failure. */
export function runHooksInside({ kind, hooks, state, env }: HooksInside): void {
  hooks.forEach((hook, index) => {
    const fault = hookFault(kind, index, runHook(hook, state, env));
    if (fault) throw fault;
  });
}

function runHook({ path, args, env, timeout }: Hook, state: HooksInside["state"], inherited: readonly string[]): HookEnd {
  const streams = captureStreams(encodeUtf8(hookStateJson({ ...state, pid: processId() })));
  try {
    const options = { argv: args && args.length > 0 ? args : [path], env: env ?? inherited, cwd: "/", ...streams.fds };
    const code = runCaptured(path, options, timeout === undefined ? undefined : timeout * 1000);
    return code === undefined ? { kind: "timeout", seconds: timeout ?? 0 } : { kind: "exit", code, ...streams.output() };
  } catch (error) {
    return { kind: "not-started", path, reason: spawnReason(error) };
  } finally {
    streams.close();
  }
}
