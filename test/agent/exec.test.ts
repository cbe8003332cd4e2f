/** Additional processes, terminals, and streams read piece by piece. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { stdioPort } from "../../src/protocol/ports.ts";
import { type Attached, busyboxSpec, create, exec, finish, newId, shell } from "./containers.ts";
import { bootVm, type TestVm } from "./vm.ts";

let vm: TestVm;
let id: string;
before(async () => {
  vm = await bootVm();
  const spec = busyboxSpec("sleep", "1000");
  spec.linux["resources"] = { pids: { limit: 50 } };
  const attached = await create(vm, spec);
  id = attached.id;
  await vm.agent.startContainer({ containerId: id });
});
after(() => vm.stop());

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();

async function readUntil({ stdout }: Pick<Attached, "stdout">, pattern: RegExp): Promise<string> {
  let text = "";
  while (!pattern.test(text)) {
    const bytes = await stdout.read();
    if (!bytes) throw new Error(`the stream ended after ${JSON.stringify(text)}`);
    text += decode(bytes);
  }
  return text;
}

/** Without a pid namespace of its own a container sees the agent as process 1. It waits until the agent is done with making it. */
async function agentDescriptors(): Promise<number> {
  const result = await shell(vm, "sleep 1; ls /proc/1/fd | wc -l", (spec) => {
    spec.linux.namespaces = spec.linux.namespaces.filter(({ type }) => type !== "pid");
    spec.process["capabilities"] = { bounding: ["CAP_SYS_PTRACE"], effective: ["CAP_SYS_PTRACE"], permitted: ["CAP_SYS_PTRACE"] };
  });
  assert.equal(result.stderr, "");
  return Number(result.stdout);
}

test("an additional process runs in the container's namespaces, root and cgroup", async () => {
  const command =
    "hostname; cat /proc/1/cmdline | tr '\\0' ' '; [ $(readlink /proc/self/ns/pid) = $(readlink /proc/1/ns/pid) ]; echo $?; cat /proc/self/cgroup";
  const result = await finish(vm, await exec(vm, id, { args: ["sh", "-c", command] }));
  assert.deepEqual(result, { status: 0, stdout: "inside\nsleep 1000 0\n0::/\n", stderr: "" });
});

test("stdin through a pipe arrives and ends", async () => {
  const result = await finish(vm, await exec(vm, id, { args: ["cat"] }), "hi\n");
  assert.deepEqual(result, { status: 0, stdout: "hi\n", stderr: "" });
});

test("additional groups and another user hold for an additional process", async () => {
  const attached = await exec(vm, id, { args: ["id"], user: { uid: 264, gid: 51020, additionalGids: [266] } });
  assert.equal((await finish(vm, attached)).stdout, "uid=264 gid=51020 groups=266\n");
});

test("a missing program and a missing working directory are errors of the request", async () => {
  await assert.rejects(exec(vm, id, { args: ["nope"] }), /exec: "nope": executable file not found in \$PATH/);
  await assert.rejects(
    exec(vm, id, { args: ["true"], cwd: "/a/b" }),
    /chdir to cwd \("\/a\/b"\) set in config\.json failed: no such file or directory/,
  );
});

test("a background child keeps the stream open, not the status", async () => {
  const attached = await exec(vm, id, { args: ["sh", "-c", "sleep 1 & echo done"] });
  const { status } = await vm.agent.waitProcess({ containerId: id, execId: attached.execId });
  assert.equal(status, 0);
  assert.equal(decode(await attached.stdout.read()), "done\n");
  assert.equal(await attached.stdout.read(), undefined);
});

test("after its status was given an additional process is forgotten", async () => {
  const attached = await exec(vm, id, { args: ["true"] });
  await finish(vm, attached);
  await assert.rejects(vm.agent.waitProcess({ containerId: id, execId: attached.execId }), /not found/);
});

test("signals reach an additional process alone", async () => {
  const attached = await exec(vm, id, { args: ["sleep", "1000"] });
  await vm.agent.signalProcess({ containerId: id, execId: attached.execId, signal: 15 });
  assert.equal((await finish(vm, attached)).status, 143);
  assert.equal((await finish(vm, await exec(vm, id, { args: ["true"] }))).status, 0);
});

test("a hundred processes one after the other leave no descriptor behind", async () => {
  const before = await agentDescriptors();
  for (let i = 0; i < 100; i++) assert.equal((await finish(vm, await exec(vm, id, { args: ["true"] }))).status, 0);
  assert.equal(await agentDescriptors(), before);
});

test("a terminal has the size asked for, belongs to the user, and is the controlling one", async () => {
  const [stdin, stdout] = [await vm.transport.dial(stdioPort), await vm.transport.dial(stdioPort)];
  const execId = newId();
  const process = {
    ...busyboxSpec(
      "sh",
      "-c",
      "stty size; tty; stat -c '%u %g' $(tty); ls -l /proc/self/fd/0 >/dev/null && echo ok >/dev/tty; read x; echo got $x; stty size",
    ).process,
    terminal: true,
    consoleSize: { height: 43, width: 132 },
    user: { uid: 1000, gid: 1000 },
  };
  await vm.agent.execProcess({
    containerId: id,
    execId,
    ociJson: encode(JSON.stringify(process)),
    stdinPort: stdin.localPort,
    stdoutPort: stdout.localPort,
  });
  const first = await readUntil({ stdout }, /ok\r\n/);
  assert.deepEqual(first.split("\r\n").slice(0, 4), ["43 132", "/dev/pts/0", "1000 5", "ok"]);
  await vm.agent.ttyWinResize({ containerId: id, execId, row: 10, column: 20 });
  await stdin.write(encode("word\n"));
  const rest = await readUntil({ stdout }, /10 20\r\n/);
  assert.match(rest, /got word\r\n/);
  assert.equal(await stdout.read(), undefined);
  assert.equal((await vm.agent.waitProcess({ containerId: id, execId })).status, 0);
});

test("a container with a terminal has it as /dev/console", async () => {
  const spec = busyboxSpec("sh", "-c", "tty; echo by console >/dev/console");
  spec.process["terminal"] = true;
  const attached = await create(vm, spec);
  await vm.agent.startContainer({ containerId: attached.id });
  attached.stderr.close();
  const text = await readUntil(attached, /by console\r\n/);
  assert.match(text, /^\/dev\/pts\/0\r\n/);
  await vm.agent.waitProcess({ containerId: attached.id });
  await vm.agent.removeContainer({ containerId: attached.id });
});

test("without streams of its own the host reads and writes piece by piece", async () => {
  const execId = newId();
  const process = busyboxSpec("sh", "-c", "cat; echo end >&2").process;
  const at = { containerId: id, execId };
  await vm.agent.execProcess({ ...at, ociJson: encode(JSON.stringify(process)) });
  const waiting = vm.agent.readStdout({ ...at, len: 100 });
  assert.equal((await vm.agent.writeStdin({ ...at, data: encode("piece") })).len, 5);
  assert.equal(decode((await waiting).data), "piece");
  await vm.agent.closeStdin(at);
  assert.equal((await vm.agent.readStdout({ ...at, len: 100 })).data.length, 0);
  assert.equal(decode((await vm.agent.readStderr({ ...at, len: 100 })).data), "end\n");
  assert.equal((await vm.agent.readStderr({ ...at, len: 100 })).data.length, 0);
  assert.equal((await vm.agent.waitProcess(at)).status, 0);
});

test("a paused container takes no process and goes on after resume", async () => {
  await vm.agent.pauseContainer({ containerId: id });
  await assert.rejects(exec(vm, id, { args: ["true"] }), /cannot exec in a paused container/);
  await assert.rejects(vm.agent.pauseContainer({ containerId: id }), /cannot pause/);
  await vm.agent.resumeContainer({ containerId: id });
  await assert.rejects(vm.agent.resumeContainer({ containerId: id }), /container not paused/);
  assert.equal((await finish(vm, await exec(vm, id, { args: ["true"] }))).status, 0);
});

test("a process can be added to a container that is only created", async () => {
  const attached = await create(vm, busyboxSpec("true"));
  const added = await exec(vm, attached.id, { args: ["hostname"] });
  assert.equal((await finish(vm, added)).stdout, "inside\n");
  await vm.agent.removeContainer({ containerId: attached.id });
});

test("a stopped container takes no process; its end was the end of the others", async () => {
  const attached = await create(vm, busyboxSpec("sleep", "1000"));
  await vm.agent.startContainer({ containerId: attached.id });
  const other = await exec(vm, attached.id, { args: ["sleep", "1000"] });
  await vm.agent.signalProcess({ containerId: attached.id, signal: 9 });
  assert.equal((await finish(vm, other)).status, 137);
  assert.equal((await finish(vm, attached)).status, 137);
  await assert.rejects(exec(vm, attached.id, { args: ["true"] }), /cannot exec in a stopped container/);
  await vm.agent.removeContainer({ containerId: attached.id });
});

test("a slow reader stops the writer and loses nothing", async () => {
  const attached = await exec(vm, id, { args: ["dd", "if=/dev/zero", "bs=65536", "count=64"] });
  await delay(300);
  let bytes = 0;
  for (;;) {
    const chunk = await attached.stdout.read();
    if (!chunk) break;
    bytes += chunk.length;
    if (bytes < 65536 * 8) await delay(5);
  }
  assert.equal(bytes, 65536 * 64);
  assert.equal((await finish(vm, attached)).status, 0);
});
