/** Commands that need no container: features, check, env, and the two that are refused. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { World } from "../support/world.ts";

let world: World;

before(() => {
  world = new World();
});
after(() => world.dispose());

async function output(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await world.kata(args);
  assert.deepEqual([code, stderr], [0, ""], args.join(" "));
  return stdout;
}

test("features prints JSON for engines and nothing else", async () => {
  const text = await output("features");
  assert.match(text, /^\{\n {4}"ociVersionMin": "1\.0\.0",\n/);
  assert.match(text, /\}\n$/);
  const document = JSON.parse(text) as { linux: { namespaces: string[]; cgroup: object }; mountOptions: string[]; ociVersionMax: string };
  assert.equal(document.ociVersionMax, "1.3.0");
  assert.ok(document.linux.namespaces.includes("mount") && document.mountOptions.includes("rro"));
});

for (const command of ["checkpoint", "restore"]) {
  for (const args of [
    [command, "--help"],
    [command, "c1"],
    [command, "--no-such-option"],
    ["help", command],
  ]) {
    test(`${args.join(" ")} is refused, since engines take exit code 0 for support`, async () => {
      const { code, stdout, stderr } = await world.kata(args);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, new RegExp(`msg="${command}: checkpoints of containers in virtual machines are not supported"`));
    });
  }
}

test("check says that containers can be started here, and what costs speed", async () => {
  const verbose = await output("check", "--verbose");
  for (const subject of ["user", "configuration", "qemu", "kernel", "initrd", "accelerator", "share daemon", "vhost-vsock", "cgroups"])
    assert.match(verbose, new RegExp(`^(ok|note|slow) +${subject} +\\S`, "m"));
  assert.match(verbose, /^System is capable of running Kata Containers\n$/m);
  const brief = await output("kata-check", "-n");
  assert.doesNotMatch(brief, /^ok/m);
  assert.match(brief, /System is capable of running Kata Containers\n$/);
});

test("check names each thing that is in the way, and fails", async () => {
  const directory = join(world.directory, "broken");
  mkdirSync(directory);
  const kernel = join(directory, "kernel");
  writeFileSync(kernel, "no kernel\n");
  const file = join(directory, "configuration.toml");
  writeFileSync(file, `[hypervisor.qemu]\nkernel = "${kernel}"\npath = "/bin/false"\n`);
  const { code, stdout, stderr } = await world.kata(["--config", file, "check"]);
  assert.equal(code, 1);
  assert.match(stdout, new RegExp(`^bad +virtual machine +kernel ${kernel}: is no kernel`, "m"));
  assert.match(stderr, /System is not capable of running Kata Containers: virtual machine: kernel /);
  writeFileSync(file, "[hypervisor.qemu]\ndefault_vcpu = 1\n");
  const wrong = await world.kata(["--config", file, "check"]);
  assert.equal(wrong.code, 1);
  assert.match(wrong.stdout, /^bad +configuration +read configuration .*:2: key default_vcpu is unknown/m);
});

test("check refuses to look for releases", async () => {
  const { code, stderr } = await world.kata(["kata-check", "--check-version-only"]);
  assert.equal(code, 1);
  assert.match(stderr, /releases are not looked up over the network/);
});

test("env prints the same facts as TOML and as JSON", async () => {
  const toml = await output("kata-env");
  assert.match(toml, /^\[Meta\]\nVersion = "1\.0\.27"$/m);
  const document = JSON.parse(await output("env", "--json")) as {
    Runtime: { Config: { Path: string }; Path: string };
    Hypervisor: { Path: string; Version: string; Accelerator: string };
    Host: { Kernel: string; VMContainerCapable: boolean };
  };
  assert.ok(toml.includes(`Path = "${document.Runtime.Config.Path}"`) && document.Runtime.Path.endsWith("/bin/kata-runtime"));
  assert.match(document.Hypervisor.Version, /^\d+\.\d+/);
  assert.match(document.Hypervisor.Accelerator, /^(kvm|tcg)$/);
  assert.equal(document.Host.VMContainerCapable, true);
});

test("env --explain tells where each value of the configuration comes from", async () => {
  const file = join(world.directory, "configuration.toml");
  writeFileSync(file, "[hypervisor.qemu]\n\ndefault_memory = 333\n");
  const text = await output("--config", file, "env", "--explain");
  assert.match(text, new RegExp(`^hypervisor\\.qemu\\.default_memory = 333 +# ${file}:3$`, "m"));
  assert.match(text, /^agent\.kata\.dial_timeout = 45 +# default$/m);
  const json = JSON.parse(await output("--config", file, "env", "--explain", "--json")) as Record<string, Record<string, unknown>>;
  assert.deepEqual(json["hypervisor.qemu"]?.["default_memory"], { value: 333, origin: `${file}:3` });
});
