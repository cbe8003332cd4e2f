import assert from "node:assert/strict";
import { test } from "node:test";
import { applyAnnotations } from "./annotations.ts";
import type { Configuration } from "./configuration.ts";
import { type ConfigurationHost, loadConfiguration } from "./load.ts";

const files: Record<string, string> = { "/c.toml": "" };
const host: ConfigurationHost = {
  programDirectory: "/opt/bin",
  architecture: "x86_64",
  exists: (path) => path in files || path === "/k2" || path.includes("usr") || path.includes("qemu"),
  readText: (path) => files[path],
  list: () => [],
};

function configured(hypervisor: string): Configuration {
  files["/c.toml"] = `[hypervisor.qemu]\n${hypervisor}\n`;
  return loadConfiguration(host, "/c.toml").configuration;
}

const annotation = (name: string, value: string) => ({ [`io.katacontainers.config.${name}`]: value, "some.other/annotation": "x" });
const apply = (configuration: Configuration, name: string, value: string): Configuration =>
  applyAnnotations(host, configuration, annotation(name, value));

test("applyAnnotations() changes what is enabled, and nothing without annotations of configuration", () => {
  const open = configured('enable_annotations = ["default_.*", "kernel"]');
  assert.equal(applyAnnotations(host, open, { "some.other/annotation": "x" }), open);
  assert.equal(apply(open, "hypervisor.default_vcpus", "3").hypervisor.vcpus, 3);
  assert.equal(apply(open, "hypervisor.default_max_vcpus", "7").hypervisor.maxVcpus, 7);
  assert.equal(apply(open, "hypervisor.default_memory", "512").hypervisor.memoryMib, 512);
  assert.equal(apply(open, "hypervisor.kernel", "/k2").hypervisor.kernel, "/k2");
  assert.equal(apply(open, "runtime.disable_guest_seccomp", "true").runtime.disableGuestSeccomp, true);
  assert.equal(open.hypervisor.memoryMib, 2048);
});

test("applyAnnotations() refuses what is not enabled, by name", () => {
  const closed = configured("");
  assert.throws(
    () => apply(closed, "hypervisor.default_vcpus", "3"),
    /io\.katacontainers\.config\.hypervisor\.default_vcpus is not enabled/,
  );
  assert.equal(apply(closed, "hypervisor.kernel_params", "quiet").hypervisor.kernelParameters, "quiet");
  const all = configured('enable_annotations = [".*"]');
  assert.throws(() => apply(all, "hypervisor.enable_annotations", '[".*"]'), /is not enabled/);
  assert.throws(() => apply(configured('enable_annotations = ["("]'), "hypervisor.kernel", "/k2"), /"\(" is no regular expression/);
});

test("applyAnnotations() refuses what it does not know, and values that the file could not have", () => {
  const all = configured('enable_annotations = [".*"]');
  for (const name of ["hypervisor.nonesuch", "nonesuch.key", "hypervisor", "hypervisor.a.b", "factory.enable_template"])
    assert.throws(() => apply(all, name, "1"), new RegExp(`config\\.${name.replaceAll(".", "\\.")} is unknown`));
  assert.throws(() => apply(all, "hypervisor.default_memory", "much"), /default_memory: "much" must be a number/);
  assert.throws(() => apply(all, "hypervisor.default_memory", "1.5"), /must be a whole number/);
  assert.throws(() => apply(all, "hypervisor.enable_iommu", "maybe"), /"maybe" must be true or false/);
  assert.throws(() => apply(all, "hypervisor.enable_iommu", "true"), /not passed through yet/);
  assert.throws(() => apply(all, "hypervisor.kernel", "/none"), /\/none/);
});

test("applyAnnotations() takes programs only from the lists of the configuration", () => {
  const listed = configured('enable_annotations = [".*"]\nvalid_hypervisor_paths = ["/usr/lib/qemu-*/qemu"]');
  assert.equal(apply(listed, "hypervisor.path", "/usr/lib/qemu-9/qemu").hypervisor.program, "/usr/lib/qemu-9/qemu");
  assert.equal(apply(listed, "hypervisor.path", listed.hypervisor.program).hypervisor.program, listed.hypervisor.program);
  assert.throws(() => apply(listed, "hypervisor.path", "/usr/lib/qemu-9/x/qemu"), /is not allowed, must match one of/);
  assert.throws(() => apply(listed, "hypervisor.virtio_fs_daemon", "/usr/bin/evil"), /is not allowed/);
});
