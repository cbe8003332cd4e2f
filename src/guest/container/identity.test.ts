import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCapabilities } from "./capabilities.ts";
import { uniqueEnvironment, withHome } from "./identity.ts";
import { killCount } from "./out-of-memory.ts";
import { candidates, type Files, findPrograms } from "./program.ts";
import { sysctlPath } from "./restrict.ts";

test("of equal names in the environment the last wins", () => {
  assert.deepEqual(uniqueEnvironment(["A=1", "B=2", "A=3=4", "AB=5"]), ["A=3=4", "B=2", "AB=5"]);
});

test("HOME comes from passwd where it is missing or empty", () => {
  const passwd = "root:x:0:0:root:/root:/bin/sh\nodd line\nuser:x:10:10::/home/u:/bin/sh\n";
  assert.deepEqual(
    withHome(["A=1"], 10, () => passwd),
    ["A=1", "HOME=/home/u"],
  );
  assert.deepEqual(
    withHome(["HOME="], 0, () => passwd),
    ["HOME=/root"],
  );
  assert.deepEqual(
    withHome(["HOME=/x"], 0, () => passwd),
    ["HOME=/x"],
  );
  assert.deepEqual(
    withHome([], 11, () => passwd),
    ["HOME=/"],
  );
  assert.deepEqual(
    withHome([], 0, () => undefined),
    ["HOME=/"],
  );
});

test("capabilities: unknown names are told, what cannot be granted is left out", () => {
  const sets = parseCapabilities({
    bounding: ["CAP_CHOWN", "CAP_BPF"],
    permitted: ["CAP_CHOWN"],
    effective: ["CAP_KILL", "CAP_CHOWN"],
    inheritable: ["CAP_KILL"],
    ambient: ["CAP_CHOWN"],
  });
  assert.deepEqual([sets.bounding, sets.permitted, sets.effective, sets.inheritable, sets.ambient], [(1n << 39n) | 1n, 1n, 1n, 0n, 0n]);
  assert.deepEqual(parseCapabilities({ bounding: ["CAP_NONE", "KILL", "CAP_NONE"] }).unknown, ["CAP_NONE", "KILL"]);
});

const files = (known: Record<string, "directory" | "forbidden" | "program">): Files => ({ look: (path) => known[path] ?? "missing" });

test("a program is looked for in the container's PATH, in its order", () => {
  const there = files({ "/b/sh": "program", "/c/sh": "program", "/a/sh": "directory", "./sh": "program" });
  assert.deepEqual(findPrograms("sh", ["PATH=/x", "PATH=/a:/b:/c"], there), ["/b/sh", "/c/sh"]);
  assert.deepEqual(candidates("sh", ["PATH=/x", "PATH=/a::/c"]), ["/a/sh", "./sh", "/c/sh"]);
  assert.deepEqual(findPrograms("sh", ["PATH=:/b"], there), ["./sh", "/b/sh"]);
  assert.throws(() => findPrograms("sh", [], there), /exec: "sh": executable file not found in \$PATH/);
});

test("what cannot be executed is told in Go's words", () => {
  const there = files({ "/etc": "directory", "/x": "forbidden", "/a/sh": "forbidden", "./p": "program" });
  assert.throws(() => findPrograms("/etc", [], there), /exec: "\/etc": is a directory/);
  assert.throws(() => findPrograms("/x", [], there), /exec: "\/x": permission denied/);
  assert.throws(() => findPrograms("./no", [], there), /exec: "\.\/no": no such file or directory/);
  assert.throws(() => findPrograms("sh", ["PATH=/a:/b"], there), /exec: "sh": permission denied/);
  assert.deepEqual(findPrograms("./p", [], there), ["./p"]);
});

test("a kernel parameter's first separator is the one that separates", () => {
  assert.equal(sysctlPath("net.ipv4.ip_forward"), "/proc/sys/net/ipv4/ip_forward");
  assert.equal(sysctlPath("net/ipv4/conf/eth0.1/forwarding"), "/proc/sys/net/ipv4/conf/eth0.1/forwarding");
  assert.equal(sysctlPath("net.ipv4.conf.eth0/1.forwarding"), "/proc/sys/net/ipv4/conf/eth0.1/forwarding");
  for (const name of ["", "../../etc/passwd", "net//x", "net/../../x"])
    assert.throws(() => sysctlPath(name), /not the name of a kernel parameter/);
});

test("the count of processes killed for want of memory is read from memory.events", () => {
  assert.equal(killCount("low 0\noom 3\noom_kill 2\noom_group_kill 1\n"), 2);
  assert.equal(killCount(""), 0);
});
