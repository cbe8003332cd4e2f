import assert from "node:assert/strict";
import { test } from "node:test";
import { checkNames, parseShimArguments } from "./arguments.ts";

test("parseShimArguments() reads what containerd writes", () => {
  const line = "-namespace k8s.io -address /run/containerd/containerd.sock -publish-binary /usr/bin/containerd -id c1 -debug start";
  assert.deepEqual(parseShimArguments(line.split(" ")), {
    action: "start",
    id: "c1",
    namespace: "k8s.io",
    address: "/run/containerd/containerd.sock",
    publishBinary: "/usr/bin/containerd",
    bundle: "",
    debug: true,
  });
  const cleanup = parseShimArguments(["--namespace=n", "-id=x=y", "-bundle", "/b", "-address", "", "delete"]);
  assert.deepEqual([cleanup.action, cleanup.namespace, cleanup.id, cleanup.bundle, cleanup.address], ["delete", "n", "x=y", "/b", ""]);
});

test("parseShimArguments() takes -v and -info as actions", () => {
  assert.equal(parseShimArguments(["-v"]).action, "version");
  assert.equal(parseShimArguments(["-info"]).action, "info");
});

test("parseShimArguments() refuses what it does not know, by name", () => {
  assert.throws(() => parseShimArguments(["-frobnicate", "start"]), /-frobnicate/);
  assert.throws(() => parseShimArguments(["-id"]), /needs an argument: -id/);
  assert.throws(() => parseShimArguments(["stop"]), /"stop": must be start or delete/);
});

test("checkNames() lets nothing through that could leave a directory", () => {
  checkNames({ id: "a_b.c-1", namespace: "k8s.io" });
  assert.throws(() => checkNames({ id: "../x", namespace: "n" }), /-id "..\/x"/);
  assert.throws(() => checkNames({ id: "x", namespace: "" }), /-namespace ""/);
});
