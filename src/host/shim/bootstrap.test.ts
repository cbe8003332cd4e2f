import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeAny } from "../../protocol/gen/google/any.ts";
import { decodeBootstrapResult, encodeBootstrapParams, encodeRuntimeOptions } from "../../protocol/gen/shim.ts";
import { parseStartInput, runtimeOptions, socketPath, startOutput } from "./bootstrap.ts";

const start = { id: "c1", namespace: "k8s.io" };
const options = { typeUrl: "runtimeoptions.v1.Options", value: encodeRuntimeOptions({ configPath: "/etc/kata.toml" }) };
const params = {
  instanceId: "c1",
  namespace: "k8s.io",
  containerdTtrpcAddress: "/t.sock",
  socketDir: "/run/s",
  extensions: [{ value: options }],
};

test("parseStartInput() reads the options of an Any, as containerd before 2.3 sends it", () => {
  const input = parseStartInput(encodeAny(options), start);
  assert.equal(input.bootstrap, undefined);
  assert.equal(input.options?.configPath, "/etc/kata.toml");
});

test("parseStartInput() reads parameters that name this start, with the options in them", () => {
  const input = parseStartInput(encodeBootstrapParams(params), start);
  assert.deepEqual([input.bootstrap?.containerdTtrpcAddress, input.options?.configPath], ["/t.sock", "/etc/kata.toml"]);
});

test("parseStartInput() takes nothing for nothing, and what it cannot read too", () => {
  for (const bytes of [new Uint8Array(), Uint8Array.of(255, 255, 255), encodeBootstrapParams({ ...params, instanceId: "other" })])
    assert.deepEqual(parseStartInput(bytes, start), { options: undefined, bootstrap: undefined });
});

test("runtimeOptions() knows the names that engines use, and passes over runc's", () => {
  const { value } = options;
  for (const typeUrl of ["type.googleapis.com/runtimeoptions.v1.Options", "cri.runtimeoptions.v1.Options", "runtimeoptions.v1.Options"])
    assert.equal(runtimeOptions({ typeUrl, value })?.configPath, "/etc/kata.toml");
  assert.equal(runtimeOptions({ typeUrl: "containerd.runc.v1.Options", value }), undefined);
});

test("startOutput() is the plain address, and a message for who sent parameters", () => {
  assert.equal(Buffer.from(startOutput("/run/s/x", undefined)).toString(), "unix:///run/s/x");
  const { bootstrap } = parseStartInput(encodeBootstrapParams(params), start);
  assert.deepEqual(decodeBootstrapResult(startOutput("/run/s/x", bootstrap)), {
    version: 3,
    address: "unix:///run/s/x",
    protocol: "ttrpc",
  });
});

test("socketPath() fits a socket, is the same for the same sandbox and another for another", () => {
  const path = socketPath("", "/run/containerd/containerd.sock", "k8s.io", "a".repeat(64));
  assert.ok(path.length < 108 && path.startsWith("/run/containerd/s/"), path);
  assert.equal(path, socketPath("", "/run/containerd/containerd.sock", "k8s.io", "a".repeat(64)));
  const others: readonly (readonly [string, string, string])[] = [
    ["/x", "k8s.io", "a"],
    ["/y", "k8s.io", "a"],
    ["/x", "moby", "a"],
    ["/x", "k8s.io", "b"],
  ];
  assert.equal(new Set(others.map((each) => socketPath("", ...each))).size, 4);
  assert.ok(socketPath(`/${"d".repeat(90)}`, "/x", "n", "a").startsWith("/run/containerd/s/"));
});
