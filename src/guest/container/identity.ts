/** Who a process is: environment, home, limits, groups, user and capabilities. */
import { Fault } from "../../base/fault.ts";
import type { Rlimit, User } from "../../oci/spec.ts";
import { rlimitNumbers } from "../../oci/validate.ts";
import { readTextFile } from "../../sys/file.ts";
import { PR, prctl, setGroup, setGroups, setLimit, setUser } from "../../sys/process.ts";
import { applyCapabilities, type CapabilitySets, limitBounding } from "./capabilities.ts";

/** The last of equal names wins, in the place of the first. */
export function uniqueEnvironment(env: readonly string[]): string[] {
  const byName = new Map<string, string>();
  for (const variable of env) byName.set(variable.slice(0, variable.indexOf("=")), variable);
  return [...byName.values()];
}

/** Adds HOME where it is missing or empty, from the container's /etc/passwd, else `/`. */
export function withHome(env: readonly string[], uid: number, passwd: string | undefined): string[] {
  if (env.some((variable) => variable.startsWith("HOME=") && variable.length > 5)) return [...env];
  return [...env.filter((variable) => variable !== "HOME="), `HOME=${homeOf(uid, passwd ?? "") || "/"}`];
}

function homeOf(uid: number, passwd: string): string | undefined {
  for (const line of passwd.split("\n")) {
    const fields = line.split(":");
    if (fields.length >= 6 && fields[2] === String(uid)) return fields[5];
  }
  return undefined;
}

const largestPasswd = 1 << 20;

export function readPasswd(): string | undefined {
  try {
    return readTextFile("/etc/passwd", largestPasswd);
  } catch {
    return undefined; // an image without users, or one too odd to be asked
  }
}

/** What a container has when its specification says nothing: systemd's default for services. The agent's own is larger. */
const descriptors: Rlimit = { type: "RLIMIT_NOFILE", soft: 1024, hard: 524_288 };

export function applyLimits(given: readonly Rlimit[]): void {
  const rlimits = given.some(({ type }) => type === descriptors.type) ? given : [descriptors, ...given];
  for (const { type, soft, hard } of rlimits) {
    try {
      setLimit(rlimitNumbers[type], BigInt(soft), BigInt(hard));
    } catch (error) {
      throw new Fault(`set ${type} to ${soft}:${hard}`, { component: "agent", cause: error });
    }
  }
}

/** Groups, then user, keeping the capabilities that the sets name. */
export function becomeUser({ uid, gid, additionalGids = [] }: User, sets: CapabilitySets): void {
  limitBounding(sets);
  prctl(PR.setKeepCaps, 1);
  setGroups(additionalGids);
  setGroup(gid);
  setUser(uid);
  prctl(PR.setKeepCaps, 0);
  applyCapabilities(sets);
}
