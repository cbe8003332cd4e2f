/** The first process of a container: streams, status, identity, and the texts of what fails. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { busyboxSpec, create, exec, finish, newId, run, shell } from "./containers.ts";
import { bootVm, type TestVm } from "./vm.ts";

let vm: TestVm;
before(async () => {
  vm = await bootVm();
});
after(() => vm.stop());

const lines = (text: string): string[] => text.trimEnd().split("\n");

test("a process's output and exit code arrive", async () => {
  assert.deepEqual(await shell(vm, "echo out; echo err >&2; exit 7"), { status: 7, stdout: "out\n", stderr: "err\n" });
});

test("stdin reaches the process and its end ends it", async () => {
  assert.deepEqual(await run(vm, busyboxSpec("cat"), "hello\n"), { status: 0, stdout: "hello\n", stderr: "" });
});

test("300000 lines arrive unchanged", async () => {
  const { stdout } = await run(vm, busyboxSpec("seq", "1", "300000"));
  assert.equal(stdout.length, 1_988_895);
  const all = lines(stdout);
  assert.equal(all.length, 300_000);
  assert.ok(all.every((line, i) => line === String(i + 1)));
});

test("a process that a signal ended has status 128 + signal", async () => {
  assert.equal((await shell(vm, "sh -c 'kill -9 $$'; exit $?")).status, 137);
});

test("SIGKILL ends the container, SIGTERM reaches a handler", async () => {
  const attached = await create(vm, busyboxSpec("sh", "-c", "trap 'echo got; exit 3' TERM; echo up; while :; do sleep 0.1; done"));
  await vm.agent.startContainer({ containerId: attached.id });
  const first = await attached.stdout.read();
  assert.equal(Buffer.from(first ?? []).toString(), "up\n");
  await vm.agent.signalProcess({ containerId: attached.id, signal: 15 });
  assert.deepEqual(await finish(vm, attached), { status: 3, stdout: "got\n", stderr: "" });
  await vm.agent.removeContainer({ containerId: attached.id });
  const sleeper = await create(vm, busyboxSpec("sleep", "100"));
  await vm.agent.startContainer({ containerId: sleeper.id });
  await vm.agent.signalProcess({ containerId: sleeper.id, signal: 9 });
  assert.equal((await finish(vm, sleeper)).status, 137);
  await vm.agent.removeContainer({ containerId: sleeper.id });
});

test("a created container can be killed and removed without being started", async () => {
  const attached = await create(vm, busyboxSpec("true"));
  await vm.agent.signalProcess({ containerId: attached.id, signal: 9 });
  assert.equal((await finish(vm, attached)).status, 137);
  await vm.agent.removeContainer({ containerId: attached.id });
});

test("user, groups, umask, environment and working directory are those of the specification", async () => {
  const result = await shell(
    vm,
    "id -u; id -g; id -G; umask; pwd; echo $HOME; echo $A; touch /tmp/new; stat -c '%a %u' /tmp/new",
    (spec) => {
      spec.process.user = { uid: 1000, gid: 1000, additionalGids: [5, 2000], umask: 0o027 };
      spec.process.env = ["PATH=/bin", "A=1", "A=two words"];
      spec.process.cwd = "/made/for/it";
    },
  );
  assert.equal(result.stderr, "");
  assert.deepEqual(lines(result.stdout), ["1000", "1000", "1000 5 2000", "0027", "/made/for/it", "/home/user", "two words", "640 1000"]);
});

test("HOME is / for a user that the container does not know", async () => {
  const { stdout } = await shell(vm, "echo $HOME", (spec) => {
    spec.process.user = { uid: 4242, gid: 1 };
  });
  assert.equal(stdout, "/\n");
});

test("capabilities, no_new_privs and limits are those of the specification", async () => {
  const { stdout } = await shell(
    vm,
    "grep -E 'Cap|NoNew' /proc/self/status; ulimit -n; ulimit -Hn; cat /proc/self/oom_score_adj",
    (spec) => {
      spec.process["capabilities"] = {
        bounding: ["CAP_KILL", "CAP_CHOWN"],
        effective: ["CAP_KILL"],
        permitted: ["CAP_KILL", "CAP_CHOWN"],
        inheritable: ["CAP_CHOWN"],
        ambient: ["CAP_CHOWN"],
      };
      spec.process.user = { uid: 1000, gid: 1000 };
      spec.process["rlimits"] = [{ type: "RLIMIT_NOFILE", soft: 512, hard: 1024 }];
      spec.process["noNewPrivileges"] = false;
      spec.process["oomScoreAdj"] = 77;
    },
  );
  const sets = Object.fromEntries(
    lines(stdout)
      .slice(0, 6)
      .map((line) => line.split(":\t")),
  );
  assert.deepEqual(sets, {
    CapInh: "0000000000000001",
    CapPrm: "0000000000000001",
    CapEff: "0000000000000001",
    CapBnd: "0000000000000021",
    CapAmb: "0000000000000001",
    NoNewPrivs: "0",
  });
  assert.deepEqual(lines(stdout).slice(6), ["512", "1024", "77"]);
});

test("what cannot be executed fails at creation, in the words engines know", async () => {
  const failure = (args: string[], edit: (spec: ReturnType<typeof busyboxSpec>) => void = () => {}) => {
    const spec = busyboxSpec(...args);
    edit(spec);
    return create(vm, spec).then(
      () => "created",
      (error: Error) => (error.cause instanceof Error ? error.cause.message : error.message),
    );
  };
  assert.match(await failure(["nope"]), /exec: "nope": executable file not found in \$PATH$/);
  assert.match(await failure(["/etc"]), /exec: "\/etc": is a directory$/);
  assert.match(await failure(["/etc/plain"]), /exec: "\/etc\/plain": permission denied$/);
  assert.match(await failure(["/nope"]), /exec: "\/nope": no such file or directory$/);
  const noRoot = await failure(["true"], (spec) => {
    spec.root.path = "/images/none";
  });
  assert.match(noRoot, /root\.path \/images\/none.*no such file or directory/);
  const outside = await failure(["true"], (spec) => {
    spec.process.cwd = "/proc/self/fd/9";
  });
  assert.notEqual(outside, "created");
  const unsupported = await failure(["true"], (spec) => {
    spec.linux.namespaces.push({ type: "time", path: "/proc/1/ns/time" });
  });
  assert.match(unsupported, /linux\.namespaces \(time\)\.path/);
});

test("a failed creation leaves its id free and nothing behind", async () => {
  await assert.rejects(create(vm, busyboxSpec("nope"), "again"));
  const attached = await create(vm, busyboxSpec("true"), "again");
  await assert.rejects(create(vm, busyboxSpec("true"), "again"), /again.*exists already/);
  await vm.agent.startContainer({ containerId: "again" });
  assert.equal((await finish(vm, attached)).status, 0);
  await vm.agent.removeContainer({ containerId: "again" });
  await assert.rejects(vm.agent.startContainer({ containerId: "again" }), /again.*not found/);
});

test("scheduler, io priority and personality are those of the specification", async () => {
  const command = "cut -d' ' -f19,41 /proc/self/stat; ionice -p $$; uname -m";
  const { stdout, stderr } = await shell(vm, command, (spec) => {
    spec.process["scheduler"] = { policy: "SCHED_BATCH", nice: 5 };
    spec.process["ioPriority"] = { class: "IOPRIO_CLASS_IDLE", priority: 7 };
    spec.linux["personality"] = { domain: "LINUX32" };
  });
  assert.deepEqual([stdout, stderr], ["5 3\nidle\ni686\n", ""]);
});

/** struct sock_filter[]: `number` of x86_64 fails with EPERM, everything else is allowed. */
function denying(number: number): Uint8Array {
  const rows = [
    [0x20, 0, 0, 0], // load the system call's number
    [0x15, 0, 1, number], // equal: next, else skip one
    [0x06, 0, 0, 0x0005_0001], // SECCOMP_RET_ERRNO | EPERM
    [0x06, 0, 0, 0x7fff_0000], // SECCOMP_RET_ALLOW
  ];
  const program = new DataView(new ArrayBuffer(rows.length * 8));
  rows.forEach(([code = 0, yes = 0, no = 0, value = 0], i) => {
    program.setUint16(i * 8, code, true);
    program.setUint8(i * 8 + 2, yes);
    program.setUint8(i * 8 + 3, no);
    program.setUint32(i * 8 + 4, value, true);
  });
  return new Uint8Array(program.buffer);
}

test("a compiled seccomp filter holds for first and additional processes, with and without no_new_privs", async () => {
  const mkdir = denying(83);
  for (const noNewPrivileges of [true, false]) {
    const spec = busyboxSpec("sh", "-c", "mkdir /q; echo $?; exec sleep 100");
    spec.process["noNewPrivileges"] = noNewPrivileges;
    const attached = await create(vm, spec, newId(), { seccompBpf: mkdir });
    await vm.agent.startContainer({ containerId: attached.id });
    assert.equal(Buffer.from((await attached.stdout.read()) ?? []).toString(), "1\n");
    const added = await finish(vm, await exec(vm, attached.id, { args: ["mkdir", "/q"], noNewPrivileges }));
    assert.match(added.stderr, /Operation not permitted/);
    await vm.agent.removeContainer({ containerId: attached.id });
  }
});

test("a seccomp profile that nobody compiled is refused", async () => {
  const spec = busyboxSpec("true");
  spec.linux["seccomp"] = { defaultAction: "SCMP_ACT_ALLOW" };
  await assert.rejects(create(vm, spec), /linux\.seccomp \(not compiled by the caller\)/);
});

test("without limits of its own a process has 1024 descriptors and may have more", async () => {
  assert.equal((await shell(vm, "ulimit -n; ulimit -Hn")).stdout, "1024\n524288\n");
});
