import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fd } from "../../sys/syscall.ts";
import { CommonMounts } from "./common-mounts.ts";

const tree = 7 as Fd;

function mounts(): { common: CommonMounts; there: Map<string, boolean> } {
  const there = new Map<string, boolean>();
  const common = new CommonMounts({
    add: (name, _, { readOnly }) => {
      there.set(name, readOnly);
      return `/guest/${name}`;
    },
    remove: (name) => void there.delete(name),
  });
  return { common, there };
}

test("CommonMounts.add() gives mounts of one identity one path, until the last is released", () => {
  const { common, there } = mounts();
  const wishes = { label: "v", readOnly: false };
  const [one, two, other] = [common.add("a", tree, wishes), common.add("a", tree, wishes), common.add("b", tree, wishes)];
  assert.equal(one.path, two.path);
  assert.notEqual(one.path, other.path);
  one.release();
  assert.equal(there.size, 2);
  two.release();
  assert.deepEqual(
    [...there.keys()].map((name) => `/guest/${name}`),
    [other.path],
  );
  assert.notEqual(common.add("a", tree, wishes).path, one.path, "a name is used once");
});

test("CommonMounts.add() lets who reads use what others write to, and gives who writes nothing that is read-only", () => {
  const { common, there } = mounts();
  const reader = common.add("a", tree, { label: "v", readOnly: true });
  const writer = common.add("a", tree, { label: "v", readOnly: false });
  assert.notEqual(reader.path, writer.path);
  assert.deepEqual([...there.values()], [true, false]);
  const third = common.add("a", tree, { label: "v", readOnly: false });
  assert.equal(third.path, writer.path);
  reader.release();
  assert.equal(common.add("a", tree, { label: "v", readOnly: true }).path, writer.path);
});
