/** Programs started: their descriptors, session, directory, ids; and the step that failed when they cannot be. */
import { decodeUtf8, encodeUtf8 } from "../../../src/base/text.ts";
import { memoryFile, pipe } from "../../../src/sys/descriptor.ts";
import { close, O, open, readAll, readTextFile, writeAll } from "../../../src/sys/file.ts";
import { sleepBlocking } from "../../../src/sys/loop.ts";
import { raw } from "../../../src/sys/native.ts";
import { exit, fork, openPid, processFacts, reap, SIGKILL, spawn } from "../../../src/sys/process.ts";
import type { Fd } from "../../../src/sys/syscall.ts";
import { equal, finish, holds, throws } from "../checks.ts";

const closeOnExec = 0o2000000;
const shell = "/bin/sh";

interface Extra {
  readonly cwd?: string;
  readonly session?: boolean;
  readonly umask?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly env?: readonly string[];
  readonly stdin?: Fd;
}

/** What a shell script prints, and its exit code. */
function shellOutput(script: string, extra: Extra = {}): { text: string; code: number | undefined } {
  const { env = [], stdin = "null", ...options } = extra;
  const [read, write] = pipe(closeOnExec);
  const pid = spawn(shell, { argv: ["sh", "-c", script], env, fds: [stdin, write, write], ...options });
  close(write);
  const text = decodeUtf8(readAll(read, 1 << 16)).trim();
  close(read);
  return { text, code: reap(pid, true) };
}

equal("output and exit code", shellOutput("echo hello; exit 7"), { text: "hello", code: 7 });
equal("a signal is 128 + its number", shellOutput("kill -9 $$").code, 137);
equal("the environment is what was given", shellOutput("echo $A-$PATH_OF_TEST", { env: ["A=b c", "PATH_OF_TEST="] }).text, "b c-");
equal("the directory", shellOutput("pwd", { cwd: "/usr" }).text, "/usr");
equal("the umask", shellOutput("umask", { umask: 0o027 }).text, "0027");
equal("null reads as nothing", shellOutput("cat").text, "");

const stdin = memoryFile("input", encodeUtf8("from a file"));
equal("a descriptor becomes standard input", shellOutput("cat", { stdin }).text, "from a file");
close(stdin);

// descriptors without close-on-exec of this process must not reach the child
const leaky = open("/etc/passwd", O.RDONLY);
const list = "for f in /proc/self/fd/*; do echo ${f##*/}; done";
equal("no other descriptor is inherited", shellOutput(`set -- $(${list}); echo $1 $2 $3`).text, "0 1 2");
equal(
  "swapped descriptors arrive right",
  (() => {
    const [read, write] = pipe(closeOnExec);
    const text = memoryFile("swap", encodeUtf8("swapped"));
    const pid = spawn(shell, { argv: ["sh", "-c", "cat >&0 <&2"], env: ["PATH=/bin"], fds: [write, "null", text] });
    close(write);
    close(text);
    const output = decodeUtf8(readAll(read, 100));
    close(read);
    return [output, reap(pid, true)];
  })(),
  ["swapped", 0],
);
close(leaky);

const status = (script: string, extra: Extra): string[] => shellOutput(script, extra).text.split(/\s+/);
equal("a session of its own", status("read pid rest </proc/self/stat; set -- $rest; echo $(( $5 == pid ))", { session: true }), ["1"]);
equal("ids without groups", status("grep -E '^(Uid|Gid|Groups)' /proc/self/status", { uid: 65534, gid: 65533 }), [
  ...["Uid:", "65534", "65534", "65534", "65534"],
  ...["Gid:", "65533", "65533", "65533", "65533", "Groups:"],
]);
// the C library's own signals too, which its sigaction() does not touch
const ignore = new Uint8Array(new BigUint64Array([1n, 0n, 0n, 0n]).buffer);
for (const signal of [10, 32, 33, 64]) raw("rt_sigaction", signal, ignore, null, 8);
equal("no signal stays blocked or ignored", status("grep -E '^Sig(Blk|Ign)' /proc/self/status", {}), [
  "SigBlk:",
  "0".repeat(16),
  "SigIgn:",
  "0".repeat(16),
]);

const failing =
  (file: string, extra: object): (() => number) =>
  () =>
    spawn(file, { argv: ["x"], env: [], fds: [], ...extra });
throws("no such program", /^start \/no\/program: exec: no such file/, failing("/no/program", {}));
throws("a program that is a directory", /exec: permission denied/, failing("/etc", {}));
throws("a missing directory", /chdir: no such file/, failing(shell, { cwd: "/no/directory" }));
throws("a descriptor that is not open", /dup: bad file descriptor/, failing(shell, { fds: [4_000 as Fd] }));
throws("a namespace that is none", /setns: invalid argument/, () => {
  const file = open("/dev/null", O.RDONLY);
  try {
    failing(shell, { namespaces: [file] })();
  } finally {
    close(file);
  }
});
throws("too many descriptors", /at most 64/, failing(shell, { fds: Array.from({ length: 65 }, () => "null") }));
throws("an argument with no text", /symbol/i, failing(shell, { argv: [Symbol("x") as unknown as string] }));
holds(
  "what failed leaves no zombie",
  !readTextFile("/proc/self/task/self/children".replace("self/children", `${selfPid()}/children`)).trim(),
);

/** A child whose parent dies gets the signal. */
function deathSignal(): number {
  const [read, write] = pipe(closeOnExec);
  const middle = fork();
  if (middle === 0) {
    const pid = spawn("/bin/sleep", { argv: ["sleep", "60"], env: [], fds: ["null", "null", "null"], deathSignal: SIGKILL });
    writeAll(write, encodeUtf8(String(pid)));
    exit(0);
  }
  close(write);
  const pid = Number(decodeUtf8(readAll(read, 20)));
  close(read);
  reap(middle, true);
  return pid;
}

function selfPid(): number {
  return Number(readTextFile("/proc/self/stat").split(" ")[0]);
}

const orphan = deathSignal();
let alive = true;
for (let i = 0; i < 1000 && alive; i++) {
  const state = processFacts(orphan)?.state;
  alive = state !== undefined && state !== "Z" && state !== "X";
  if (alive) sleepBlocking(10);
}
holds("the death signal ends a child whose parent is gone", !alive);
throws("the pid of a process that ended", /pidfd_open pid \d+: /, () => openPid(2 ** 22 + 5));
finish();
