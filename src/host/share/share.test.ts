import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type DaemonOptions, daemonArguments } from "./daemon-arguments.ts";
import { shareNameParts } from "./share-names.ts";

const options: DaemonOptions = { program: "/d", cache: "auto", extraArguments: ["--thread-pool-size=1"], debug: false };

test("daemonArguments() names source and socket, and ends with the configured arguments", () => {
  const argv = daemonArguments(options, "/s/ro", 3);
  assert.deepEqual(argv.slice(0, 4), ["/d", "--fd=3", "-o", "source=/s/ro"]);
  assert.ok(argv.includes("announce_submounts") && argv.includes("sandbox=namespace"));
  assert.equal(argv.at(-1), "--thread-pool-size=1");
});

test("daemonArguments() translates the cache mode that the daemons call none", () => {
  assert.ok(daemonArguments({ ...options, cache: "never" }, "/s", 3).includes("cache=none"));
  assert.ok(daemonArguments({ ...options, cache: "always" }, "/s", 3).includes("cache=always"));
});

test("shareNameParts() takes plain names and nothing that leaves the share", () => {
  assert.deepEqual(shareNameParts("c1/rootfs"), ["c1", "rootfs"]);
  assert.deepEqual(shareNameParts("c1-0a1b2c3d-resolv.conf"), ["c1-0a1b2c3d-resolv.conf"]);
  for (const name of ["", "/", "..", "a/..", "a/./b", "/a", "a/", "a//b", "a b", "-x", "a\n", "a/b/c/d/e", "x".repeat(256)])
    assert.throws(() => shareNameParts(name), /share ".*": must be at most 4 names/s, name);
});

test("shareNameParts() lets no dot-dot, empty or absolute part through, whatever it is given", () => {
  const pieces = fc.array(fc.constantFrom("a", "..", ".", "", "/", "x-1", "\0", "b.c"), { maxLength: 6 }).map((parts) => parts.join("/"));
  fc.assert(
    fc.property(fc.oneof(pieces, fc.string()), (name) => {
      try {
        for (const part of shareNameParts(name)) assert.match(part, /^[A-Za-z0-9_][^/\0]*$/);
      } catch (error) {
        assert.match(String(error), /must be at most/);
      }
    }),
  );
});
