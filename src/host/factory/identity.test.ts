import assert from "node:assert/strict";
import { test } from "node:test";
import { identityKey, type TemplateIdentity } from "./identity.ts";

const identity: TemplateIdentity = { runtime: "1 abc", files: [{ path: "/k", size: 1, mtimeNs: "2", inode: 3 }], machine: "{}" };

test("identityKey() is the same for the same identity, and a plain name", () => {
  assert.equal(identityKey(identity), identityKey(structuredClone(identity)));
  assert.match(identityKey(identity), /^[0-9a-f]{16}$/);
});

test("identityKey() changes with runtime, each fact of a file and the machine", () => {
  const file = { path: "/k", size: 1, mtimeNs: "2", inode: 3 };
  const others: TemplateIdentity[] = [
    { ...identity, runtime: "1 abd" },
    { ...identity, machine: '{"cpus":2}' },
    { ...identity, files: [] },
    ...Object.entries({ path: "/l", size: 2, mtimeNs: "3", inode: 4 }).map(([key, value]) => ({
      ...identity,
      files: [{ ...file, [key]: value }],
    })),
  ];
  const keys = [identity, ...others].map(identityKey);
  assert.equal(new Set(keys).size, keys.length);
});
