/** Profiles compiled by libseccomp and put in force on this kernel: each action, operator, argument and flag. */
import { compileSeccomp } from "../../../src/host/seccomp/compile.ts";
import type { Seccomp, SeccompArgument, SeccompSyscall } from "../../../src/oci/spec-linux.ts";
import { chdir, mkdir } from "../../../src/sys/file.ts";
import { openIn } from "../../../src/sys/mount.ts";
import { exit, fork, installSeccomp, kill, PR, parentId, prctl, processId, reap } from "../../../src/sys/process.ts";
import { type Fd, isErrno } from "../../../src/sys/syscall.ts";
import { equal, finish, holds, throws } from "../checks.ts";

const allowed: Seccomp = { defaultAction: "SCMP_ACT_ALLOW", architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"] };
const deny = (names: readonly string[], more: Partial<SeccompSyscall> = {}): SeccompSyscall => ({
  names,
  action: "SCMP_ACT_ERRNO",
  ...more,
});
const fails = (code: string, work: () => void): boolean => {
  try {
    work();
    return false;
  } catch (error) {
    return isErrno(error, code);
  }
};

/** The exit code of a process under `profile`; 128 + signal. */
function under(profile: Seccomp, work: () => boolean | number): number | undefined {
  const { program, flags } = compileSeccomp(profile);
  const pid = fork();
  if (pid === 0) {
    prctl(PR.setNoNewPrivs, 1);
    installSeccomp(program, flags);
    exit(Number(work()));
  }
  return reap(pid, true);
}

const makesDirectory = (code: string) => (): boolean => fails(code, () => mkdir("/proc/none/x", 0o700));
equal("without a rule", under(allowed, makesDirectory("ENOENT")), 1);
equal("EPERM by default", under({ ...allowed, syscalls: [deny(["mkdir", "mkdirat"])] }, makesDirectory("EPERM")), 1);
equal("another errno", under({ ...allowed, syscalls: [deny(["mkdir", "mkdirat"], { errnoRet: 28 })] }, makesDirectory("ENOSPC")), 1);
equal(
  "an unknown call is skipped",
  under({ ...allowed, syscalls: [deny(["no_such_call", "mkdir", "mkdirat"])] }, makesDirectory("EPERM")),
  1,
);
equal("a call of other architectures only", under({ ...allowed, syscalls: [deny(["chown32", "mmap2"])] }, makesDirectory("ENOENT")), 1);
equal("a call that libseccomp multiplexes", under({ ...allowed, syscalls: [deny(["socket", "socketcall"])] }, makesDirectory("ENOENT")), 1);

const sigsys = 128 + 31;
const getsParent = (): boolean => parentId() > 0;
const withAction = (action: SeccompSyscall["action"]): Seccomp => ({ ...allowed, syscalls: [{ names: ["getppid"], action }] });
equal("kill", under(withAction("SCMP_ACT_KILL"), getsParent), sigsys);
equal("kill the thread", under(withAction("SCMP_ACT_KILL_THREAD"), getsParent), sigsys);
equal("kill the process", under(withAction("SCMP_ACT_KILL_PROCESS"), getsParent), sigsys);
equal("trap", under(withAction("SCMP_ACT_TRAP"), getsParent), sigsys);
equal("trace, without a tracer", under(withAction("SCMP_ACT_TRACE"), getsParent), 0);
equal("log", under(withAction("SCMP_ACT_LOG"), getsParent), 1);
equal("allow, which is the default", under(withAction("SCMP_ACT_ALLOW"), getsParent), 1);

const signals = [17, 18, 23, 28]; // harmless ones
function signalsDenied(args: readonly SeccompArgument[]): number[] {
  return signals.filter((signal) =>
    under({ ...allowed, syscalls: [deny(["kill"], { args })] }, () => fails("EPERM", () => kill(processId(), signal))),
  );
}
const second = (op: SeccompArgument["op"], value: number, valueTwo = 0): SeccompArgument => ({ index: 1, op, value, valueTwo });
equal("not equal", signalsDenied([second("SCMP_CMP_NE", 18)]), [17, 23, 28]);
equal("less", signalsDenied([second("SCMP_CMP_LT", 18)]), [17]);
equal("less or equal", signalsDenied([second("SCMP_CMP_LE", 18)]), [17, 18]);
equal("equal", signalsDenied([second("SCMP_CMP_EQ", 18)]), [18]);
equal("greater or equal", signalsDenied([second("SCMP_CMP_GE", 18)]), [18, 23, 28]);
equal("greater", signalsDenied([second("SCMP_CMP_GT", 18)]), [23, 28]);
equal("masked", signalsDenied([second("SCMP_CMP_MASKED_EQ", 8, 8)]), [28]);
equal("two arguments: both must hold", signalsDenied([second("SCMP_CMP_GE", 18), { index: 0, op: "SCMP_CMP_EQ", value: 1 }]), []);
equal("one argument twice: one is enough", signalsDenied([second("SCMP_CMP_EQ", 17), second("SCMP_CMP_EQ", 28)]), [17, 28]);
equal(
  "a value of 64 bits",
  signalsDenied([second("SCMP_CMP_LT", 18), { index: 0, op: "SCMP_CMP_LT", value: 18446744073709551615n }]),
  [17],
);

const closed: Seccomp = { defaultAction: "SCMP_ACT_ERRNO", syscalls: [{ names: ["exit_group", "getppid"], action: "SCMP_ACT_ALLOW" }] };
equal(
  "denied by default",
  under(closed, () => fails("EPERM", () => chdir("/"))),
  1,
);
equal(
  "denied with another errno",
  under({ ...closed, defaultErrnoRet: 5 }, () => fails("EIO", () => chdir("/"))),
  1,
);
// exit_group is 231, openat2 437: a program that finds it missing falls back
const opens = (code: string) => (): boolean => fails(code, () => void openIn(3 as Fd, "x", { flags: 0, resolve: 0 }));
equal("newer than the newest call of the profile: not there", under(closed, opens("ENOSYS")), 1);
const newer: Seccomp = {
  ...closed,
  syscalls: [...(closed.syscalls ?? []), { names: ["set_mempolicy_home_node"], action: "SCMP_ACT_ALLOW" }],
};
equal("older than the newest one: denied", under(newer, opens("EPERM")), 1);

for (const flags of [
  ["SECCOMP_FILTER_FLAG_LOG"],
  ["SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_SPEC_ALLOW"],
  ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"],
])
  equal(`flags ${flags.join(" ")}`, under({ ...allowed, flags, syscalls: [deny(["mkdir", "mkdirat"])] }, makesDirectory("EPERM")), 1);

const refused: readonly (readonly [what: string, profile: Seccomp, pattern: RegExp])[] = [
  [
    "an unknown architecture",
    { ...allowed, architectures: ["SCMP_ARCH_Z80"] },
    /linux\.seccomp: architectures: "SCMP_ARCH_Z80" is unknown/,
  ],
  [
    "one of another byte order",
    { ...allowed, architectures: ["SCMP_ARCH_S390X"] },
    /architectures: SCMP_ARCH_S390X cannot be added: seccomp: add architecture: /,
  ],
  ["an unknown flag", { ...allowed, flags: ["SECCOMP_FILTER_FLAG_X"] }, /flags: "SECCOMP_FILTER_FLAG_X" is unknown/],
  [
    "a seventh argument",
    { ...allowed, syscalls: [deny(["mkdir"], { args: [{ index: 6, op: "SCMP_CMP_EQ", value: 1 }] })] },
    /syscalls\[0\]\.args\[0\]\.index is 6/,
  ],
  [
    "an errno where there is none",
    { ...allowed, syscalls: [{ names: ["mkdir"], action: "SCMP_ACT_KILL", errnoRet: 1 }] },
    /syscalls\[0\]\.errnoRet is 1/,
  ],
  ["a default errno where there is none", { ...allowed, defaultErrnoRet: 1 }, /defaultErrnoRet is 1/],
  ["an errno beyond 16 bits", { ...allowed, syscalls: [deny(["mkdir"], { errnoRet: 65536 })] }, /errnoRet is 65536/],
  ["no names", { ...allowed, syscalls: [deny([])] }, /syscalls\[0\]\.names is empty/],
  ["a notification", { ...allowed, syscalls: [{ names: ["mkdir"], action: "SCMP_ACT_NOTIFY" }] }, /SCMP_ACT_NOTIFY: not supported/],
];
for (const [what, profile, pattern] of refused) throws(what, pattern, () => compileSeccomp(profile));
holds(
  "architectures that are there twice",
  compileSeccomp({ ...allowed, architectures: ["SCMP_ARCH_X86", "SCMP_ARCH_X86"] }).program.length > 0,
);
finish();
