/** A profile of config.json (`linux.seccomp`) as the program that the guest's kernel runs at each system call. */
import { Fault } from "../../base/fault.ts";
import { show } from "../../oci/shape.ts";
import type { Seccomp, SeccompAction, SeccompArgument, SeccompSyscall } from "../../oci/spec-linux.ts";
import { type ArgumentTest, SeccompFilter } from "../../sys/seccomp.ts";
import { actions, actionsWithNumber, architectures, flags, operators } from "./names.ts";
import { withNewerCalls } from "./newer-calls.ts";

export interface CompiledSeccomp {
  /** struct sock_filter[] */
  readonly program: Uint8Array;
  /** Flags of seccomp(2). */
  readonly flags: number;
}

const eperm = 1;
const lastArgument = 5;

/**
 * Throws a Fault of code `invalid-spec` that names what is unknown or does not fit. System calls that libseccomp does not
 * know are left out, as the specification asks: the default action is theirs.
 */
export function compileSeccomp(profile: Seccomp): CompiledSeccomp {
  const defaultAction = actionNumber(profile.defaultAction, profile.defaultErrnoRet, "defaultErrnoRet");
  const tokens = (profile.architectures ?? []).map(architectureToken);
  const bits = filterFlags(profile.flags ?? []);
  const filter = new SeccompFilter(defaultAction);
  try {
    for (const [i, token] of tokens.entries()) addArchitecture(filter, token, profile.architectures?.[i] ?? "");
    for (const [i, rule] of (profile.syscalls ?? []).entries()) addRules(filter, rule, `syscalls[${i}]`, defaultAction);
    return { program: withNewerCalls(filter.program(), profile, tokens), flags: bits };
  } finally {
    filter.release();
  }
}

/** Names of those that may stand in a profile beside the native one: libseccomp knows them, and their byte order is the same. */
export function compilableArchitectures(): string[] {
  return Object.entries(architectures)
    .filter(([, token]) => {
      const filter = new SeccompFilter(actions.SCMP_ACT_ALLOW);
      try {
        filter.addArchitecture(token);
        return true;
      } catch {
        return false;
      } finally {
        filter.release();
      }
    })
    .map(([name]) => name);
}

/** With its `errnoRet`, EPERM where there is none. */
function actionNumber(action: SeccompAction, errnoRet: number | undefined, field: string): number {
  if (action === "SCMP_ACT_NOTIFY") throw wrong("SCMP_ACT_NOTIFY: not supported, a notification cannot leave the virtual machine");
  if (actionsWithNumber.includes(action)) {
    const number = errnoRet ?? eperm;
    if (number > 0xffff) throw wrong(`${field} is ${number}, must be at most 65535`);
    return actions[action] + number;
  }
  if (errnoRet !== undefined) throw wrong(`${field} is ${errnoRet}, must be absent: ${action} has none`);
  return actions[action];
}

function architectureToken(name: string): number {
  const token = Object.hasOwn(architectures, name) ? architectures[name] : undefined;
  if (token === undefined) throw wrong(`architectures: ${show(name)} is unknown, must be one of ${Object.keys(architectures).join(", ")}`);
  return token;
}

function filterFlags(names: readonly string[]): number {
  let bits = 0;
  for (const name of names) {
    const bit = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (bit === undefined) throw wrong(`flags: ${show(name)} is unknown, must be one of ${Object.keys(flags).join(", ")}`);
    bits |= bit;
  }
  return bits;
}

function addArchitecture(filter: SeccompFilter, token: number, name: string): void {
  try {
    filter.addArchitecture(token);
  } catch (cause) {
    throw wrong(`architectures: ${name} cannot be added`, cause);
  }
}

function addRules(filter: SeccompFilter, rule: SeccompSyscall, where: string, defaultAction: number): void {
  const action = actionNumber(rule.action, rule.errnoRet, `${where}.errnoRet`);
  const tests = (rule.args ?? []).map((argument, i) => argumentTest(argument, `${where}.args[${i}]`));
  if (rule.names.length === 0) throw wrong(`${where}.names is empty, must name a system call`);
  if (action === defaultAction) return; // libseccomp refuses a rule that says nothing
  for (const name of rule.names) {
    try {
      for (const together of conjunctions(tests)) if (!filter.addRule(name, action, together)) break;
    } catch (cause) {
      throw wrong(`${where}: system call ${name}`, cause);
    }
  }
}

/**
 * libseccomp takes one test for each argument in a rule. As in runc, an argument with several makes every test a rule of
 * its own: one of them is enough then.
 */
function conjunctions(tests: readonly ArgumentTest[]): (readonly ArgumentTest[])[] {
  const several = new Set(tests.map(({ argument }) => argument)).size < tests.length;
  return several ? tests.map((test) => [test]) : [tests];
}

function argumentTest({ index, value, valueTwo = 0, op }: SeccompArgument, where: string): ArgumentTest {
  if (index > lastArgument) throw wrong(`${where}.index is ${index}, must be from 0 to ${lastArgument}`);
  return { argument: index, operator: operators[op], value: BigInt(value), second: BigInt(valueTwo) };
}

function wrong(what: string, cause?: unknown): Fault {
  return new Fault(`linux.seccomp: ${what}`, { component: "seccomp", code: "invalid-spec", ...(cause !== undefined && { cause }) });
}
