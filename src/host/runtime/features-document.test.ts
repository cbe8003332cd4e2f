import assert from "node:assert/strict";
import { test } from "node:test";
import type { Feature } from "../../oci/unsupported.ts";
import { featuresDocument } from "./features-document.ts";

interface Document {
  readonly hooks: readonly string[];
  readonly mountOptions: readonly string[];
  readonly linux: {
    readonly namespaces: readonly string[];
    readonly capabilities: readonly string[];
    readonly seccomp: Record<string, unknown>;
  };
  readonly potentiallyUnsafeConfigAnnotations: readonly string[];
}

const document = (...features: [(readonly Feature[])?]): Document =>
  featuresDocument({ version: "2.5.4", architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_ARM"] }, ...features) as Document;

test("featuresDocument() claims what the guest can do and nothing else", () => {
  const plain = document([]);
  assert.deepEqual(plain.hooks, []);
  assert.deepEqual(plain.linux.namespaces, ["cgroup", "ipc", "mount", "network", "pid", "uts"]);
  assert.ok(!plain.mountOptions.includes("idmap"));
  const more = document(["hooks", "user-namespace", "time-namespace", "idmapped-mounts"]);
  assert.equal(more.hooks.length, 6);
  assert.deepEqual(more.linux.namespaces, ["cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"]);
  assert.ok(more.mountOptions.includes("ridmap"));
});

test("featuresDocument() has the capabilities of Linux 5.9 and the options that are not data of a file system", () => {
  const { linux, mountOptions } = document();
  assert.equal(linux.capabilities.length, 41);
  assert.ok(["CAP_CHOWN", "CAP_CHECKPOINT_RESTORE"].every((name) => linux.capabilities.includes(name)));
  assert.ok(["rbind", "rro", "tmpcopyup", "rslave", "nosymfollow"].every((name) => mountOptions.includes(name)));
});

test("featuresDocument() warns of annotations that choose the virtual machine", () => {
  assert.ok(document().potentiallyUnsafeConfigAnnotations.includes("io.kubernetes.cri.sandbox-id"));
});

test("featuresDocument() tells which seccomp profiles compile", () => {
  const { enabled, actions, archs, operators, supportedFlags } = document().linux.seccomp;
  assert.deepEqual([enabled, archs], [true, ["SCMP_ARCH_ARM", "SCMP_ARCH_X86_64"]]);
  assert.ok(Array.isArray(actions) && actions.includes("SCMP_ACT_KILL_PROCESS") && !actions.includes("SCMP_ACT_NOTIFY"));
  assert.ok(Array.isArray(operators) && operators.length === 7 && Array.isArray(supportedFlags) && supportedFlags.length === 4);
});
