/** Who a process is: environment, home, limits, groups, user and capabilities. */

import { Fault } from "../../base/fault.ts";
import { decodeUtf8 } from "../../base/text.ts";
import type { Rlimit, User } from "../../oci/spec.ts";
import { rlimitNumbers } from "../../oci/validate.ts";
import { close, O, readAll } from "../../sys/file.ts";
import type { Call } from "../../sys/launch.ts";
import { openInIfPresent, RESOLVE } from "../../sys/mount.ts";
import { setLimit } from "../../sys/process.ts";
import { identityCalls, limitCall } from "../../sys/process-calls.ts";
import type { Fd } from "../../sys/syscall.ts";
import { boundingCalls, type CapabilitySets, capabilityCalls } from "./capabilities.ts";

/** The last of equal names wins, in the place of the first. */
export function uniqueEnvironment(env: readonly string[]): string[] {
  const byName = new Map<string, string>();
  for (const variable of env) byName.set(variable.slice(0, variable.indexOf("=")), variable);
  return [...byName.values()];
}

/** Adds HOME where it is missing or empty, from the container's /etc/passwd, else `/`. */
export function withHome(env: readonly string[], uid: number, passwd: () => string | undefined): string[] {
  if (env.some((variable) => variable.startsWith("HOME=") && variable.length > 5)) return [...env];
  return [...env.filter((variable) => variable !== "HOME="), `HOME=${homeOf(uid, passwd() ?? "") || "/"}`];
}

function homeOf(uid: number, passwd: string): string | undefined {
  for (const line of passwd.split("\n")) {
    const fields = line.split(":");
    if (fields.length >= 6 && fields[2] === String(uid)) return fields[5];
  }
  return undefined;
}

const largestPasswd = 1 << 20;

/** undefined for an image without users, or one too odd to be asked. Nothing in it leads out of `root`. */
export function readPasswd(root: Fd): string | undefined {
  const how = { flags: O.RDONLY | O.NONBLOCK, resolve: RESOLVE.inRoot | RESOLVE.noMagicLinks };
  try {
    const fd = openInIfPresent(root, "etc/passwd", how);
    if (fd === undefined) return undefined;
    try {
      return decodeUtf8(readAll(fd, largestPasswd));
    } finally {
      close(fd);
    }
  } catch {
    return undefined;
  }
}

/** What a container has when its specification says nothing: systemd's default for services. The agent's own is larger. */
const descriptors: Rlimit = { type: "RLIMIT_NOFILE", soft: 1024, hard: 524_288 };

const complete = (given: readonly Rlimit[]): readonly Rlimit[] =>
  given.some(({ type }) => type === descriptors.type) ? given : [descriptors, ...given];

/** Those of another process: in a user namespace of its own it cannot raise them any more. */
export function setLimitsOf(pid: number, given: readonly Rlimit[]): void {
  for (const { type, soft, hard } of complete(given)) {
    try {
      setLimit(rlimitNumbers[type], BigInt(soft), BigInt(hard), pid);
    } catch (cause) {
      throw new Fault(`set ${type} to ${soft}:${hard}`, { component: "agent", cause });
    }
  }
}

export function limitCalls(given: readonly Rlimit[]): Call[] {
  return complete(given).map(({ type, soft, hard }) =>
    limitCall(rlimitNumbers[type], BigInt(soft), BigInt(hard), `set ${type} to ${soft}:${hard}`),
  );
}

/** Groups, then user, keeping the capabilities that the sets name. */
export function userCalls({ uid, gid, additionalGids = [] }: User, sets: CapabilitySets): Call[] {
  return [...boundingCalls(sets), ...identityCalls(uid, gid, additionalGids), ...capabilityCalls(sets)];
}
