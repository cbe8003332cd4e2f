/** The state of a container as the runtime specification has it, and what may be done in which. */

export type Status = "creating" | "created" | "running" | "paused" | "stopped";

/** What `state` prints. */
export interface State {
  readonly ociVersion: string;
  readonly id: string;
  /** The container's process as the host's tools see it; 0 once stopped. */
  readonly pid: number;
  readonly status: Status;
  /** Absolute. */
  readonly bundle: string;
  readonly rootfs: string;
  /** RFC 3339 with nanoseconds, UTC. */
  readonly created: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly owner: string;
}

/** The version of the runtime specification that is implemented. */
export const specVersion = "1.3.0";

export function canStart(status: Status): boolean {
  return status === "created";
}

/** Paused ones too: SIGKILL thaws, other signals wait for the resume. */
export function canKill(status: Status): boolean {
  return status === "created" || status === "running" || status === "paused";
}

/** `ignorePaused` lets the exec wait for the resume instead of failing. */
export function canExec(status: Status, ignorePaused = false): boolean {
  return status === "created" || status === "running" || (ignorePaused && status === "paused");
}

/** Without force: a created container may be deleted too, its process has run nothing of the user's. */
export function canDelete(status: Status): boolean {
  return status === "created" || status === "stopped";
}

/** Annotation `bundle` would be taken for the bundle by readers that merge the two, so `state` hides it. */
export function visibleAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> | undefined {
  if (annotations === undefined) return undefined;
  const visible = Object.entries(annotations).filter(([key]) => key !== "bundle");
  return visible.length === 0 ? undefined : Object.fromEntries(visible);
}
