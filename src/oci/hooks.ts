/** What hooks of all kinds have in common: the state that they read, and the texts of their failures (runc's). */
import { Fault } from "../base/fault.ts";
import type { Hooks } from "./spec.ts";
import { type Status, specVersion } from "./state.ts";

export type HookKind = keyof Hooks;

export interface HookState {
  readonly id: string;
  readonly status: Status;
  /** Absent once the container has stopped. */
  readonly pid?: number;
  /** Absolute. */
  readonly bundle: string;
  readonly annotations: Readonly<Record<string, string>> | undefined;
}

/** The JSON that a hook finds on its standard input. */
export function hookStateJson({ id, status, pid, bundle, annotations }: HookState): string {
  return JSON.stringify({
    ociVersion: specVersion,
    id,
    status,
    ...(pid !== undefined && { pid }),
    bundle,
    ...(annotations && Object.keys(annotations).length > 0 && { annotations }),
  });
}

/** How a hook ended. */
export type HookEnd =
  | { readonly kind: "not-started"; readonly path: string; readonly reason: string }
  | { readonly kind: "timeout"; readonly seconds: number }
  | { readonly kind: "exit"; readonly code: number; readonly stdout: string; readonly stderr: string };

/** undefined for a hook that succeeded. */
export function hookFault(kind: HookKind, index: number, end: HookEnd): Fault | undefined {
  if (end.kind === "exit" && end.code === 0) return undefined;
  return new Fault(`error running ${kind} hook #${index}: ${describe(end)}`, { component: "hooks", code: "hook-failed" });
}

function describe(end: HookEnd): string {
  switch (end.kind) {
    case "not-started":
      return `fork/exec ${end.path}: ${end.reason}`;
    case "timeout":
      return `hook ran past specified timeout of ${end.seconds.toFixed(1)}s`;
    case "exit":
      return `${exitText(end.code)}, stdout: ${end.stdout}, stderr: ${end.stderr}`;
  }
}

const signalTexts: Readonly<Record<number, string>> = {
  1: "hangup",
  2: "interrupt",
  3: "quit",
  4: "illegal instruction",
  6: "aborted",
  8: "floating point exception",
  9: "killed",
  11: "segmentation fault",
  13: "broken pipe",
  14: "alarm clock",
  15: "terminated",
};

/** `code` is 128 + signal for a process that one ended. */
function exitText(code: number): string {
  const signal = code - 128;
  return signal > 0 && signalTexts[signal] !== undefined ? `signal: ${signalTexts[signal]}` : `exit status ${code}`;
}
