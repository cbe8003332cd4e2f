/** The process that `exec` runs, of the command line's options and the container's own process. */
import { Fault } from "../../base/fault.ts";
import type { Capabilities, Process, User } from "../../oci/spec.ts";

export interface ExecOptions {
  readonly args: readonly string[];
  readonly cwd?: string;
  /** `NAME=value` each, after the container's own. */
  readonly env: readonly string[];
  readonly tty: boolean;
  /** `UID` or `UID:GID`, numbers. */
  readonly user?: string;
  readonly additionalGids: readonly string[];
  readonly capabilities: readonly string[];
  readonly noNewPrivileges: boolean;
  readonly apparmor?: string;
  readonly processLabel?: string;
}

export function execProcess(own: Process, options: ExecOptions): Process {
  const { cwd, apparmor, processLabel } = options;
  return {
    ...own,
    args: options.args,
    ...(cwd !== undefined && { cwd }),
    terminal: options.tty,
    env: [...(own.env ?? []), ...options.env],
    user: execUser(own.user, options),
    ...(options.capabilities.length > 0 && { capabilities: withCapabilities(own.capabilities ?? {}, options.capabilities) }),
    ...(options.noNewPrivileges && { noNewPrivileges: true }),
    ...(apparmor !== undefined && { apparmorProfile: apparmor }),
    ...(processLabel !== undefined && { selinuxLabel: processLabel }),
  };
}

function execUser(own: User, options: ExecOptions): User {
  const [uid, gid] = options.user?.split(":", 2) ?? [];
  const extra = options.additionalGids.map((text) => parseId(text, "additional-gids"));
  return {
    ...own,
    ...(uid !== undefined && { uid: parseId(uid, "user") }),
    ...(gid !== undefined && { gid: parseId(gid, "user") }),
    ...(extra.length > 0 && { additionalGids: [...(own.additionalGids ?? []), ...extra] }),
  };
}

const largestId = 0xffff_fffe;

function parseId(text: string, option: string): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > largestId) {
    throw new Fault(`option --${option}: ${JSON.stringify(text)} is no id, must be a number from 0 to ${largestId}`, {
      component: "cli",
      code: "invalid-option",
    });
  }
  return Number(text);
}

/** Ambient ones only where some are inheritable: without that the kernel refuses them. */
function withCapabilities(own: Capabilities, added: readonly string[]): Capabilities {
  const plus = (set: readonly string[] | undefined): string[] => [...(set ?? []), ...added];
  return {
    ...own,
    bounding: plus(own.bounding),
    effective: plus(own.effective),
    permitted: plus(own.permitted),
    ...(own.inheritable !== undefined && { ambient: plus(own.ambient) }),
  };
}
