import assert from "node:assert/strict";
import { test } from "node:test";
import type { Mount } from "../../protocol/gen/task.ts";
import { fillMount, isTemplate, mountNumbers, type PlacedMount } from "./mount-templates.ts";

const mount = (type: string, options: string[] = [], source = "overlay", target = ""): Mount => ({ type, source, target, options });
const placed = (...places: string[]): PlacedMount[] =>
  places.map((place) => ({ place, mount: { source: `/images/${place}`, target: `/t${place}` } }));

test("mountNumbers() names one mount, or a range in the order of its ends", () => {
  assert.deepEqual(mountNumbers("{{ mount 3 }}"), [3]);
  assert.deepEqual(mountNumbers("{{ overlay 1 3 }}"), [1, 2, 3]);
  assert.deepEqual(mountNumbers("{{overlay 2 0}}"), [2, 1, 0]);
  assert.equal(mountNumbers("{{ overlay 0 99999999 }}").length, 500);
  for (const text of ["", "/a", "{{ mount 0 }}/upper", "{{ mount x }}", "{{ overlay 1 }}"]) assert.deepEqual(mountNumbers(text), []);
});

test("isTemplate() is about what stands before a type", () => {
  assert.deepEqual(
    ["format/mkdir/overlay", "mkdir/bind", "overlay", "mkfs/ext4", "fuse.format/x"].map((type) => isTemplate(mount(type))),
    [true, true, false, false, false],
  );
});

test("fillMount() fills in places in order, and takes out the directories that are to be made", () => {
  const overlay = mount("format/mkdir/overlay", [
    "X-containerd.mkdir.path={{ mount 0 }}/upper:0755",
    "X-containerd.mkdir.path={{ mount 0 }}/work:700:7:8",
    "workdir={{ mount 0 }}/work",
    "upperdir={{ mount 0 }}/upper",
    "lowerdir={{ overlay 2 1 }}:/plain",
    "index=off",
  ]);
  assert.deepEqual(fillMount(overlay, placed("0", "1", "2")), {
    type: "overlay",
    source: "overlay",
    target: "",
    options: ["workdir=0/work", "upperdir=0/upper", "lowerdir=2:1:/plain", "index=off"],
    directories: [
      { path: "0/upper", mode: 0o755 },
      { path: "0/work", mode: 0o700, owner: { uid: 7, gid: 8 } },
    ],
  });
  const bind = fillMount(mount("format/bind", [], "{{ source 1 }}", "{{ target 0 }}/x"), placed("0", "1"));
  assert.deepEqual([bind.type, bind.source, bind.target], ["bind", "/images/1", "/t0/x"]);
  assert.deepEqual(fillMount(mount("mkdir/bind", ["X-containerd.mkdir.path=/a/b"]), []).directories, [{ path: "/a/b", mode: 0o700 }]);
});

test("fillMount() leaves a plain mount alone, whatever its options look like", () => {
  const plain = mount("overlay", ["lowerdir={{ mount 0 }}", "X-containerd.mkdir.path=/a"]);
  assert.deepEqual(fillMount(plain, []), { ...plain, directories: [] });
});

test("fillMount() refuses by name what it cannot do", () => {
  assert.throws(() => fillMount(mount("mkfs/ext4", [], "/rw.img"), []), /mount mkfs\/ext4 \/rw\.img .*: only containerd can do mkfs/);
  assert.throws(() => fillMount(mount("format/mkfs/ext4"), []), /only containerd can do mkfs/);
  const one = placed("0");
  for (const [option, why] of [
    ["lowerdir={{ mount 1 }}", /\{\{ mount 1 \}\} .*: there are 1 mounts before it/],
    ["lowerdir={{ overlay 0 1 }}", /there are 1 mounts before it/],
    ["lowerdir={{ range 0 }}", /\{\{ range 0 \}\}/],
    ["lowerdir={{ mount 0 | html }}", /is no template that is known/],
    ["X-containerd.mkdir.path=/a/../b", /must be X-containerd\.mkdir\.path=PATH/],
    ["X-containerd.mkdir.path=/a:0999", /must be X-containerd\.mkdir\.path=PATH/],
    ["X-containerd.mkdir.path=/a:0755:root:root", /must be X-containerd\.mkdir\.path=PATH/],
  ] as const)
    assert.throws(() => fillMount(mount("format/mkdir/overlay", [option]), one), why, option);
});
