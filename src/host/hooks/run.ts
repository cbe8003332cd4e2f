/** Hooks that run on the host, in the caller's namespaces: prestart, createRuntime, poststart, poststop. */
import { encodeUtf8 } from "../../base/text.ts";
import { within } from "../../base/timers.ts";
import { type HookEnd, type HookKind, type HookState, hookFault, hookStateJson } from "../../oci/hooks.ts";
import type { Hook } from "../../oci/spec.ts";
import { captureStreams, killSession, spawnReason } from "../../sys/captured.ts";
import { type Child, startChild } from "../../sys/child.ts";
import { isDirectory, statIfPresent } from "../../sys/file.ts";
import type { EventLoop } from "../../sys/loop.ts";
import { environment } from "../../sys/process.ts";

export interface HookRun {
  readonly kind: HookKind;
  readonly hooks: readonly Hook[];
  readonly state: HookState;
  /** Absent: the first that fails ends it. Else it hears of each failure, and all of them run. */
  readonly onFailure?: (fault: Error) => void;
}

/** One after the other, in their order. */
export async function runHooks(loop: EventLoop, { kind, hooks, state, onFailure }: HookRun): Promise<void> {
  for (const [index, hook] of hooks.entries()) {
    const fault = hookFault(kind, index, await runHook(loop, hook, state));
    if (!fault) continue;
    if (!onFailure) throw fault;
    onFailure(fault);
  }
}

async function runHook(loop: EventLoop, { path, args, env, timeout }: Hook, state: HookState): Promise<HookEnd> {
  const streams = captureStreams(encodeUtf8(hookStateJson(state)));
  try {
    const child = start(loop, path, {
      argv: args && args.length > 0 ? args : [path],
      env: env ?? [...environment()].map(([name, value]) => `${name}=${value}`),
      cwd: workingDirectory(state.bundle),
      session: true,
      ...streams.fds,
    });
    if ("kind" in child) return child;
    if (timeout !== undefined && !(await within(loop, timeout * 1000, child.ended))) {
      killSession(child.pid);
      await child.ended;
      return { kind: "timeout", seconds: timeout };
    }
    return { kind: "exit", code: await child.ended, ...streams.output() };
  } finally {
    streams.close();
  }
}

function start(loop: EventLoop, path: string, options: Parameters<typeof startChild>[2]): Child | HookEnd {
  try {
    return startChild(loop, path, options);
  } catch (error) {
    return { kind: "not-started", path, reason: spawnReason(error) };
  }
}

/** The bundle of a container that is deleted may have gone before it. */
function workingDirectory(bundle: string): string {
  const found = statIfPresent(bundle);
  return found && isDirectory(found) ? bundle : "/";
}
