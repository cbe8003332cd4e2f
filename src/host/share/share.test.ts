import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type DaemonOptions, daemonArguments } from "./daemon-arguments.ts";
import { kindOf } from "./daemon-kind.ts";
import { shareNameParts } from "./share-names.ts";

const given: DaemonOptions = { program: "/d", cache: "auto", extraArguments: ["--thread-pool-size=1"], debug: false };
const options = { ...given, hasTimeout: false };

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

test("daemonArguments() has contents kept until they change where the daemon takes a time for it, and its own way elsewhere", () => {
  const argv = daemonArguments({ ...options, hasTimeout: true }, "/s", 3);
  assert.ok(argv.includes("cache=always") && argv.includes("timeout=0.1"), argv.join(" "));
  assert.ok(daemonArguments(options, "/s", 3).includes("cache=auto"));
  const always = daemonArguments({ ...options, cache: "always", hasTimeout: true }, "/s", 3);
  assert.ok(always.includes("cache=always") && !always.some((each) => each.startsWith("timeout")), always.join(" "));
});

test("kindOf() tells the daemons apart by what they say of their versions", () => {
  const inC = "virtiofsd version 7.2.22 (Debian 1:7.2+dfsg-7)\nCopyright (c) 2003-2022\nusing FUSE kernel interface version 7.36";
  assert.deepEqual(kindOf(inC), { works: true, reason: "virtiofsd version 7.2.22 (Debian 1:7.2+dfsg-7)" });
  assert.deepEqual(kindOf("virtiofsd 1.13.2"), { works: false, reason: "virtiofsd 1.13.2" });
  assert.equal(kindOf("").works, false);
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
