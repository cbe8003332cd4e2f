import assert from "node:assert/strict";
import { test } from "node:test";
import { guestFeatures } from "../../oci/unsupported.ts";
import { encodeAny } from "../../protocol/gen/google/any.ts";
import { podFeatures, runtimeInfo } from "./runtime-info.ts";

const facts = { version: { version: "1.2.3", revision: "abc" }, features: { ociVersionMin: "1.0.0" } };

/** A field of bytes: its tag, its length, and what is in it. */
const field = (tag: string, ...parts: readonly (string | Buffer)[]): Buffer => {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from(tag, "hex"), Buffer.from([body.length]), body]);
};

const name = field("0a", "io.containerd.kata.v2");
const version = field("12", field("0a", "1.2.3"), field("12", "abc"));
const features = field(
  "22",
  field("0a", "types.containerd.io/opencontainers/runtime-spec/1/features/Features"),
  field("12", '{"ociVersionMin":"1.0.0"}'),
);
const annotations = field("2a", field("0a", "containerd.io/runtime-allow-mounts"), field("12", "erofs,ext4,format/*,mkdir/*"));

test("runtimeInfo() has the bytes of containerd.types.RuntimeInfo", () => {
  const bytes = Buffer.from(runtimeInfo(new Uint8Array(0), facts));
  assert.equal(bytes.toString("hex"), Buffer.concat([name, version, features, annotations]).toString("hex"));
});

test("runtimeInfo() says the options again that it was given, and nothing for what are none", () => {
  const options = { typeUrl: "runtimeoptions.v1.Options", value: Buffer.from("\x12\x04/a.b") };
  const again = field("1a", field("0a", options.typeUrl), field("12", options.value));
  const bytes = Buffer.from(runtimeInfo(encodeAny(options), facts));
  assert.equal(bytes.toString("hex"), Buffer.concat([name, version, again, features, annotations]).toString("hex"));
  for (const input of [Buffer.from("ffff", "hex"), encodeAny({ typeUrl: "", value: new Uint8Array(1) })])
    assert.deepEqual(runtimeInfo(input, facts), runtimeInfo(new Uint8Array(0), facts));
});

test("podFeatures are the guest's but for the user namespace, which no pod has", () => {
  assert.deepEqual(
    guestFeatures.filter((feature) => !podFeatures.includes(feature)),
    ["user-namespace"],
  );
});
