/** Bad input gets one clear error and leaves nothing behind. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { TestSpec } from "../support/bundle.ts";
import { finish, type Result, World } from "../support/world.ts";

let world: World;
let earlier: Set<string>;

before(() => {
  world = new World();
  earlier = world.snapshot();
});
after(() => world.dispose());

/** The one error of a command that must fail with `code` and leave nothing. */
function onlyError({ code, stderr }: Result, expected = 1): string {
  assert.equal(code, expected, stderr);
  const lines = stderr.trimEnd().split("\n");
  assert.equal(lines.length, 1, stderr);
  assert.deepEqual(world.changes(earlier), []);
  return JSON.parse(`"${/msg="((?:[^"\\]|\\.)*)"/.exec(lines[0] ?? "")?.[1] ?? ""}"`) as string;
}

const create = (bundle: string, id = "bad"): Promise<Result> => world.kata(["create", "-b", bundle, id]);

interface Case {
  readonly what: string;
  readonly config: () => string | Buffer | undefined;
  readonly error: RegExp;
}

const cases: readonly Case[] = [
  { what: "missing", config: () => undefined, error: /JSON specification file config\.json not found/ },
  { what: "empty", config: () => "", error: /config\.json.*empty/ },
  { what: "not JSON", config: () => "{nope", error: /config\.json.*not JSON/ },
  { what: "of 100 MB", config: () => Buffer.alloc(100 << 20, 0x20), error: /config\.json.*104857600 bytes/ },
  { what: "an array", config: () => "[]", error: /config\.json/ },
];

for (const { what, config, error } of cases) {
  test(`create refuses a config.json that is ${what}`, async () => {
    const bundle = world.bundle(["true"]);
    const path = join(bundle, "config.json");
    rmSync(path);
    const content = config();
    if (content !== undefined) writeFileSync(path, content);
    assert.match(onlyError(await create(bundle)), error);
  });
}

const specs: readonly { what: string; edit: (spec: TestSpec) => void; error: RegExp }[] = [
  { what: "args of a wrong type", edit: (spec) => Object.assign(spec.process, { args: "sh" }), error: /process\.args.*"sh"/ },
  { what: "empty args", edit: (spec) => Object.assign(spec.process, { args: [] }), error: /args must not be empty/ },
  { what: "a uid of a wrong type", edit: (spec) => Object.assign(spec.process.user, { uid: "root" }), error: /process\.user\.uid.*"root"/ },
  { what: "an unknown namespace", edit: (spec) => spec.linux.namespaces.push({ type: "cosmos" }), error: /namespace.*cosmos/ },
  { what: "a namespace twice", edit: (spec) => spec.linux.namespaces.push({ type: "pid" }), error: /duplicated ns/ },
  {
    what: "a root file system that is not there",
    edit: (spec) => Object.assign(spec.root, { path: "nowhere" }),
    error: /root\.path "nowhere".*does not exist/,
  },
  {
    what: "a bind mount of nothing",
    edit: (spec) => spec.mounts.push({ destination: "/x", type: "bind", source: "/no/such", options: ["bind"] }),
    error: /mounts\[7\].*\/no\/such/,
  },
  {
    what: "an annotation that is not enabled",
    edit: (spec) => Object.assign(spec, { annotations: { "io.katacontainers.config.hypervisor.default_memory": "512" } }),
    error: /annotation io\.katacontainers\.config\.hypervisor\.default_memory is not enabled/,
  },
  {
    what: "an annotation that there is not",
    edit: (spec) => Object.assign(spec, { annotations: { "io.katacontainers.config.hypervisor.nonesuch": "1" } }),
    error: /annotation io\.katacontainers\.config\.hypervisor\.nonesuch is unknown/,
  },
  {
    what: "a program that is not there",
    edit: (spec) => Object.assign(spec.process, { args: ["no-such"] }),
    error: /exec: "no-such": executable file not found in \$PATH/,
  },
  {
    what: "a directory as program",
    edit: (spec) => Object.assign(spec.process, { args: ["/etc"] }),
    error: /exec: "\/etc": (is a directory|permission denied)/,
  },
  {
    what: "an unknown rlimit",
    edit: (spec) => Object.assign(spec.process, { rlimits: [{ type: "RLIMIT_X", soft: 1, hard: 1 }] }),
    error: /RLIMIT_X/,
  },
];

/** What a virtual machine cannot give: the field is named, and `features` does not claim it. */
const refused: readonly { field: string; edit: (spec: TestSpec) => void }[] = [
  { field: "linux.netDevices", edit: (spec) => Object.assign(spec.linux, { netDevices: { eth0: { name: "eth1" } } }) },
  { field: "linux.intelRdt", edit: (spec) => Object.assign(spec.linux, { intelRdt: { closID: "x", schemata: ["L3:0=f"] } }) },
  { field: "linux.resources.rdma", edit: (spec) => Object.assign(spec.linux.resources ?? {}, { rdma: { mlx5_0: { hcaHandles: 3 } } }) },
  {
    field: "linux.resources.cpu.realtimeRuntime, linux.resources.cpu.realtimePeriod",
    edit: (spec) => Object.assign(spec.linux.resources ?? {}, { cpu: { realtimeRuntime: 10000, realtimePeriod: 1000000 } }),
  },
  { field: "linux.resources.network.classID", edit: (spec) => Object.assign(spec.linux.resources ?? {}, { network: { classID: 1 } }) },
  {
    field: "linux.seccomp.listenerPath, linux.seccomp (SCMP_ACT_NOTIFY)",
    edit: (spec) => {
      spec.linux.seccomp = {
        defaultAction: "SCMP_ACT_ALLOW",
        listenerPath: "/run/listener",
        syscalls: [{ names: ["mkdir"], action: "SCMP_ACT_NOTIFY" }],
      };
    },
  },
  { field: "linux.namespaces (time).path", edit: (spec) => spec.linux.namespaces.push({ type: "time", path: "/proc/self/ns/time" }) },
];

for (const { field, edit } of refused) {
  test(`create refuses ${field} by name`, async () => {
    const said = onlyError(await create(world.bundle(["true"], edit)));
    assert.ok(said.includes(field) && /not supported/.test(said), said);
  });
}

test("features claims nothing of what create refuses", async () => {
  const { stdout } = await world.kata(["features"]);
  const { linux } = JSON.parse(stdout) as {
    linux: Record<"netDevices" | "intelRdt", { enabled: boolean }> & { cgroup: { rdma: boolean }; seccomp: { actions: string[] } };
  };
  assert.deepEqual(
    [linux.netDevices.enabled, linux.intelRdt.enabled, linux.cgroup.rdma, linux.seccomp.actions.includes("SCMP_ACT_NOTIFY")],
    [false, false, false, false],
  );
});

for (const command of ["create", "run", "exec"]) {
  test(`${command} --preserve-fds of a directory is refused by name`, async () => {
    const rest = command === "exec" ? ["x", "true"] : ["-b", world.bundle(["true"]), "x"];
    const script = `exec ${world.program} --root ${world.root} ${command} --preserve-fds 2 ${rest.join(" ")} 3</dev/null 4</etc`;
    const result = await finish(world.script(`bash -c '${script}'`), 30_000);
    assert.equal(result.code, command === "exec" ? 255 : 1);
    assert.match(
      result.stdout,
      /option --preserve-fds is 2: descriptor 4 \(\/etc\) is a directory, which cannot be passed into a virtual machine/,
    );
    assert.deepEqual(world.changes(earlier), []);
  });
}

for (const { what, edit, error } of specs) {
  test(`create refuses ${what}`, async () => {
    assert.match(onlyError(await create(world.bundle(["true"], edit))), error);
  });
}

for (const [what, id] of [
  ["empty", ""],
  ["with a slash", "a/b"],
  ["dots", ".."],
  ["of 1 KB", "x".repeat(1024)],
  ["with a blank", "a b"],
] as const) {
  test(`create refuses an id that is ${what}`, async () => {
    assert.match(onlyError(await create(world.bundle(["true"]), id)), /container id|container ID/);
  });
}

test("create refuses an id that is taken, and the first container goes on", async () => {
  const bundle = world.bundle(["sleep", "100"]);
  assert.equal((await world.kata(["create", "-b", bundle, "twice"], {})).code, 0);
  const { code, stderr } = await create(bundle, "twice");
  assert.equal(code, 1);
  assert.match(stderr, /container with given ID already exists/);
  assert.equal((await world.state("twice")).status, "created");
  assert.equal((await world.kata(["delete", "twice"])).code, 0);
  assert.deepEqual(world.changes(earlier), []);
});

test("of two creates of one id at the same instant exactly one succeeds", async () => {
  const bundle = world.bundle(["sleep", "100"]);
  const both = await Promise.all([create(bundle, "race"), create(bundle, "race")]);
  assert.deepEqual(both.map(({ code }) => code).sort(), [0, 1], both.map(({ stderr }) => stderr).join(""));
  assert.match(both.find(({ code }) => code === 1)?.stderr ?? "", /container with given ID already exists/);
  assert.equal((await world.kata(["delete", "race"])).code, 0);
  assert.deepEqual(world.changes(earlier), []);
});

test("a bundle path of nearly 4 KB works", async () => {
  const deep = join(world.directory, ...Array.from({ length: 15 }, (_, i) => `${i}`.padStart(250, "d")));
  mkdirSync(deep, { recursive: true });
  const bundle = world.bundle(["echo", "deep"]);
  const { execFileSync } = await import("node:child_process");
  execFileSync("cp", ["-a", `${bundle}/.`, deep]);
  assert.deepEqual(await world.kata(["run", "-b", deep, "deep"]), { code: 0, stdout: "deep\n", stderr: "" });
  rmSync(deep, { recursive: true });
  assert.deepEqual(world.changes(earlier), []);
});

test("a state directory behind a path longer than a socket's works", async () => {
  const root = join(world.directory, "r".repeat(150), "state");
  const { code, stdout } = await world.kata(["--root", root, "run", "-b", world.bundle(["echo", "far"]), "far"]);
  assert.deepEqual({ code, stdout }, { code: 0, stdout: "far\n" });
});

/** A configuration that changes lines of table hypervisor.qemu. */
function configuration(lines: string): string {
  const path = join(world.directory, "configuration.toml");
  writeFileSync(path, `[hypervisor.qemu]\n${lines}\n`);
  return path;
}

const machines: readonly { what: string; lines: () => string; error: RegExp }[] = [
  { what: "a kernel that is not there", lines: () => 'kernel = "/no/kernel"', error: /\/no\/kernel/ },
  { what: "an initrd that is not there", lines: () => 'initrd = "/no/initrd"', error: /\/no\/initrd/ },
  { what: "a VMM that is not there", lines: () => 'path = "/no/qemu"', error: /\/no\/qemu/ },
  { what: "a share daemon that is not there", lines: () => 'virtio_fs_daemon = "/no/virtiofsd"', error: /\/no\/virtiofsd/ },
  { what: "a VMM that is no program", lines: () => `path = "${script("qemu", "not a program", 0o644)}"`, error: /qemu/ },
  {
    what: "a VMM that fails",
    lines: () => `path = "${script("qemu-fails", "#!/bin/sh\necho no such luck >&2\nexit 3\n")}"`,
    error: /no such luck/,
  },
  {
    what: "a share daemon that fails",
    lines: () => `virtio_fs_daemon = "${script("virtiofsd-fails", "#!/bin/sh\necho daemon trouble >&2\nexit 3\n")}"`,
    error: /daemon trouble/,
  },
  { what: "a kernel that is a text file", lines: () => `kernel = "${script("kernel", "this is no kernel\n")}"`, error: /kernel|qemu/ },
  { what: "an initrd that is a text file", lines: () => `initrd = "${script("initrd", "this is no initrd\n")}"`, error: /panic|kernel/i },
  { what: "more memory than the host has", lines: () => "default_memory = 100000000", error: /default_memory is 100000000 MiB/ },
  {
    what: "an unknown table",
    lines: () => "\n[hypervisor.foo]\ndefault_memory = 512",
    error: /configuration\.toml:3: table hypervisor\.foo is unknown/,
  },
  { what: "an unknown key", lines: () => "\nkernal = 1", error: /configuration\.toml:3: .*kernal.*hypervisor\.qemu/ },
  { what: "a wrong type", lines: () => 'default_memory = "much"', error: /configuration\.toml:2: .*default_memory/ },
];

function script(name: string, text: string, mode = 0o755): string {
  const path = join(world.directory, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

for (const { what, lines, error } of machines) {
  test(`create refuses ${what}`, async () => {
    const path = configuration(lines());
    const result = await world.kata(["--config", path, "create", "-b", world.bundle(["true"]), "bad"], { timeoutMs: 120_000 });
    assert.equal(result.code, 1, result.stderr);
    assert.match(result.stderr, error);
    assert.deepEqual(world.changes(earlier), []);
  });
}

test("create says that the disk of the state directory is full", async () => {
  const { execFileSync } = await import("node:child_process");
  const full = join(world.directory, "full");
  mkdirSync(full);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", full]);
  try {
    execFileSync("sh", ["-c", `dd if=/dev/zero of=${full}/fill bs=4k count=100 2>/dev/null; true`]);
    const result = await world.kata(["--root", join(full, "state"), "create", "-b", world.bundle(["true"]), "full"]);
    assert.equal(result.code, 1);
    assert.match(result.stderr, /no space left on device/);
  } finally {
    execFileSync("umount", [full]);
  }
  assert.deepEqual(world.changes(earlier), []);
});
