/** Each kind of argument that a system call takes, and those it must refuse. */
import { encodeUtf8 } from "../../../src/base/text.ts";
import { floor, raw } from "../../../src/sys/native.ts";
import { equal, finish, holds, throws } from "../checks.ts";

const ebadf = 9;
const efault = 14;
const enoent = 2;
const cwd = -100;
const cloexec = 0o2000000;

equal("no argument", raw("getpid") > 0, true);
equal("a failure is the negative errno", raw("close", 4_000), -ebadf);
equal("a string", raw("openat", cwd, "/no/such/file", cloexec, 0), -enoent);
throws("a string with a NUL", /NUL byte/, () => raw("openat", cwd, "/etc\0/passwd", cloexec, 0));
throws("too many arguments", /six arguments/, () => floor().syscall(0, 1, 2, 3, 4, 5, 6, 7));
throws("a symbol", /ArrayBuffer/, () => raw("close", Symbol("fd") as unknown as number));
throws("an object", /ArrayBuffer/, () => raw("read", 0, {} as unknown as Uint8Array, 1));
throws("an array with something that has no text", /symbol/i, () => raw("execve", "/x", [Symbol("a") as unknown as string], []));

equal("null is the null pointer", raw("clock_gettime", 1, null), -efault);
const time = new Uint8Array(32).fill(0xaa);
equal("bytes", raw("clock_gettime", 1, time.subarray(8, 24)), 0);
equal("bytes before the view stay", time.subarray(0, 8), new Uint8Array(8).fill(0xaa));
equal("bytes behind the view stay", time.subarray(24), new Uint8Array(8).fill(0xaa));
holds("bytes of the view are written", new DataView(time.buffer).getBigUint64(8, true) > 0n);
equal("the address of a view is that of its first byte", floor().address(time.subarray(5)) - floor().address(time), 5);
equal("an empty view is fine", raw("write", 1, new Uint8Array(0), 0), 0);

const limit = new BigUint64Array(2);
const limitBytes = new Uint8Array(limit.buffer);
const coreLimit = 4;
equal("read a limit", raw("prlimit64", 0, coreLimit, null, limitBytes), 0);
const before = limit[1];
holds("64 bits arrive unsigned", before !== undefined && before >= 0n);
equal("a bigint beyond 32 bits", raw("lseek", 4_000, 0x1_0000_0000n, 0), -ebadf);

const name = encodeUtf8("floor-test\0");
equal("prctl with a string", raw("prctl", 15, "floor-string", 0, 0, 0), 0);
const got = new Uint8Array(16);
equal("prctl with bytes back", raw("prctl", 16, got, 0, 0, 0), 0);
equal("the kernel saw the string", got.subarray(0, 13), encodeUtf8("floor-string\0"));
equal("prctl with bytes", raw("prctl", 15, name, 0, 0, 0), 0);
raw("prctl", 16, got, 0, 0, 0);
equal("the kernel saw the bytes", got.subarray(0, name.length), name);

// arguments are converted anew each time and freed: a leak of strings would show as growth here
const statm = (): number => {
  const buffer = new Uint8Array(128);
  const fd = raw("openat", cwd, "/proc/self/statm", cloexec, 0);
  const n = raw("read", fd, buffer, buffer.length);
  raw("close", fd);
  return Number(String.fromCharCode(...buffer.subarray(0, n)).split(" ")[1]);
};
const path = `/${"x".repeat(200)}`;
for (let i = 0; i < 2_000; i++) raw("openat", cwd, path, cloexec, 0);
const settled = statm();
// one argument of 200 bytes that is not given back each time would be 12 MB, 3,000 pages; a sanitizer's own caches take some hundred
for (let i = 0; i < 60_000; i++) {
  raw("openat", cwd, path, cloexec, 0);
  raw("execve", "/no/such/program", ["a", path], ["B=c"]);
}
holds(`resident pages stay about ${settled}, now ${statm()}`, statm() < settled + 1_500);
finish();
