import assert from "node:assert/strict";
import { test } from "node:test";
import { explainConfiguration } from "./explain.ts";
import type { ConfigurationHost } from "./load.ts";

const main = "/p/etc/kata-containers/configuration.toml";
const dropIn = "/p/etc/kata-containers/config.d/10-mine.toml";

/** A host with these files, and every program and image beside the program. */
function hostWith(files: Readonly<Record<string, string>>): ConfigurationHost {
  return {
    programDirectory: "/p/bin",
    architecture: "x86_64",
    exists: (path) => path in files || /^\/p\/(bin|share\/kata-containers)\/(qemu-system-x86_64|virtiofsd|vmlinux|initrd)$/.test(path),
    readText: (path) => files[path],
    list: (directory) => Object.keys(files).flatMap((path) => (path.startsWith(`${directory}/`) ? [path.slice(directory.length + 1)] : [])),
  };
}

test("explainConfiguration() names the last file that sets a key, with the line", () => {
  const values = explainConfiguration(
    hostWith({
      [main]: "[hypervisor.qemu]\ndefault_vcpus = 2\ndefault_memory = 512\n[runtime]\nenable_debug = true\n",
      [dropIn]: "# mine\n[hypervisor.qemu]\ndefault_memory = 256\n",
    }),
  );
  const originOf = (key: string) => values.find((each) => each.key === key);
  assert.deepEqual(originOf("default_memory"), { table: "hypervisor.qemu", key: "default_memory", value: 256, origin: `${dropIn}:3` });
  assert.deepEqual(originOf("default_vcpus"), { table: "hypervisor.qemu", key: "default_vcpus", value: 2, origin: `${main}:2` });
  assert.deepEqual(originOf("dial_timeout"), { table: "agent.kata", key: "dial_timeout", value: 45, origin: "default" });
  assert.equal(values.find(({ table, key }) => table === "runtime" && key === "enable_debug")?.origin, `${main}:5`);
});

test("explainConfiguration() shows where a file was found that no key names", () => {
  const kernel = explainConfiguration(hostWith({})).find(({ key }) => key === "kernel");
  assert.deepEqual(kernel, {
    table: "hypervisor.qemu",
    key: "kernel",
    value: "/p/share/kata-containers/vmlinux",
    origin: "default, worked out",
  });
});
