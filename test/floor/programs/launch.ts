/** Processes without an engine: calls over their line, jumps, replies, descriptors sent along, another program at the end. */
import { chainMessage } from "../../../src/base/fault.ts";
import { decodeUtf8, encodeUtf8 } from "../../../src/base/text.ts";
import { memoryFile, openDescriptors, pipe } from "../../../src/sys/descriptor.ts";
import { close, readAll, readlink, readTextFile } from "../../../src/sys/file.ts";
import { type Call, isGone, launchProcess, type Reply, receiveReply, sendCalls } from "../../../src/sys/launch.ts";
import { sleepBlocking } from "../../../src/sys/loop.ts";
import { kill, reap, SIGKILL } from "../../../src/sys/process.ts";
import { SOCK, socketPair } from "../../../src/sys/socket.ts";
import type { Fd } from "../../../src/sys/syscall.ts";
import { equal, finish, holds, throws } from "../checks.ts";

const closeOnExec = 0o2000000;
const firstSent = 4;

interface Process {
  readonly pid: number;
  readonly line: Fd;
}

function launched(stdout: Fd | "null" = "null"): Process {
  const [line, theirs] = socketPair(SOCK.stream, { blocking: true });
  const pid = launchProcess({ namespaces: 0, cgroup: undefined, fds: ["null", stdout, stdout], line: theirs });
  close(theirs);
  return { pid, line };
}

function ask({ line }: Process, calls: readonly Call[], fds: readonly Fd[] = []): Reply {
  sendCalls(line, calls, fds);
  for (;;) {
    const reply = receiveReply(line, calls);
    if (reply !== undefined) return reply;
    sleepBlocking(1);
  }
}

const text = (reply: Reply): string => (typeof reply === "string" ? reply : chainMessage(reply));

function end({ pid, line }: Process): number | undefined {
  close(line);
  return reap(pid, true);
}

const call = (name: Call["name"], ...args: Call["args"]): Call => ({ name, args, operation: name });

const descriptorsBefore = openDescriptors().length;
const first = launched();
equal("calls are made", text(ask(first, [call("setsid"), call("umask", 0o77)])), "done");
holds("in the process", readTextFile(`/proc/${first.pid}/status`).includes("Umask:\t0077"));
equal("it leads its session", readTextFile(`/proc/${first.pid}/stat`).split(" ")[5], String(first.pid));
equal("a failure names its call", text(ask(first, [call("getpid"), call("chdir", "/no/such")])), "chdir: no such file or directory");
equal(
  "a refusal has words of its own",
  text(ask(first, [{ ...call("chdir", "/no/such"), refusal: "there is no such place" }])),
  "there is no such place: chdir: no such file or directory",
);
equal(
  "what follows a failure is not done",
  text(ask(first, [call("chdir", "/no/such"), call("chdir", "/usr")])),
  "chdir: no such file or directory",
);
equal("the directory has not changed", readlink(`/proc/${first.pid}/cwd`) !== "/usr", true);
equal(
  "a failure may be passed over",
  text(ask(first, [{ ...call("chdir", "/no"), onError: 1 }, call("chdir", "/none"), call("chdir", "/usr")])),
  "done",
);
equal("the directory has changed", readlink(`/proc/${first.pid}/cwd`), "/usr");
equal("success may leave calls out", text(ask(first, [{ ...call("chdir", "/tmp"), onDone: 1 }, call("chdir", "/none")])), "done");
const buffer = new Uint8Array(64);
equal("neighbours share bytes", text(ask(first, [call("getcwd", buffer, 64), call("expect", buffer, 0x2f)])), "done");
equal(
  "an expectation fails",
  text(ask(first, [call("getcwd", buffer, 64), call("expect", buffer, 0x2e)])),
  "expect: operation not permitted",
);
equal("a bad address is an error", text(ask(first, [call("getcwd", null, 64)])), "getcwd: bad address");
const long = "x".repeat(300_000);
equal("a batch may be long", text(ask(first, [call("chdir", long), call("getpid")])), "chdir: file name too long");
equal("and the next one short", text(ask(first, [call("getpid")])), "done");
equal("no call at all", text(ask(first, [])), "done");
throws("a NUL", /NUL byte/, () => sendCalls(first.line, [call("chdir", "/a\0b")]));
throws("seven arguments", /six arguments/, () => sendCalls(first.line, [call("getpid", 1, 2, 3, 4, 5, 6, 7)]));
throws("an object", /ArrayBuffer/, () => sendCalls(first.line, [call("getpid", {} as unknown as string)]));
equal("it ends with its line", end(first), 1);

const second = launched();
const sent = memoryFile("sent", encodeUtf8("contents"));
equal("a descriptor sent along is the next free one", text(ask(second, [call("fcntl", firstSent, 1, 0)], [sent])), "done");
equal("no other is there", text(ask(second, [call("fcntl", firstSent + 1, 1, 0)])), "fcntl: bad file descriptor");
close(sent);
kill(second.pid, SIGKILL);
equal("a signal ends it", reap(second.pid, true), 137);
throws("nobody is told any more", /EPIPE|broken pipe/i, () => sendCalls(second.line, [call("getpid")]));
try {
  sendCalls(second.line, [call("getpid")]);
} catch (error) {
  holds("which can be recognized", isGone(error));
}
equal("nobody answers any more", receiveReply(second.line, []), "gone");
close(second.line);

const [read, write] = pipe(closeOnExec);
const third = launched(write);
close(write);
const argv = ["sh", "-c", "echo $A $1; for f in /proc/self/fd/*; do echo ${f##*/}; done", "sh", "b c", 0];
const missing: Call = { ...call("execve", "/no/sh", argv, ["A=a", 0]), onError: 0 };
equal("a program takes over", text(ask(third, [missing, call("execve", "/bin/sh", argv, ["A=a", 0])])), "gone");
const words = decodeUtf8(readAll(read, 4096)).trim().split("\n");
equal("with arguments and environment", words[0], "a b c");
equal("and nothing but its standard streams", words.slice(1, 4), ["0", "1", "2"]);
equal("its exit code is its own", end(third), 0);
close(read);

throws("a call that cannot be made", /clone: /, () => launchProcess({ namespaces: 0, cgroup: 999 as Fd, fds: [], line: 0 as Fd }));
equal("no descriptor is left", openDescriptors().length, descriptorsBefore);
finish();
