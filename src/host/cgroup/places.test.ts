import assert from "node:assert/strict";
import { test } from "node:test";
import { cgroupDirectory, parseHierarchies, parseOwnCgroups, systemdScope } from "./places.ts";

const hybrid = `31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:5 - cgroup cgroup rw,cpu,cpuacct
40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
99 31 0:38 / /mnt/again rw,relatime - cgroup2 cgroup2 rw
50 31 0:40 /docker/x /sys/fs/cgroup/with\\040blank rw - cgroup cgroup rw,memory
`;

test("parseHierarchies() finds each hierarchy once, with its controllers", () => {
  assert.deepEqual(
    parseHierarchies(hybrid, () => true).map(({ mountPoint, version, controllers }) => [mountPoint, version, controllers.join()]),
    [
      ["/sys/fs/cgroup/cpu,cpuacct", 1, "cpu,cpuacct"],
      ["/sys/fs/cgroup/systemd", 1, "name=systemd"],
      ["/sys/fs/cgroup/unified", 2, ""],
      ["/sys/fs/cgroup/with blank", 1, "memory"],
    ],
  );
});

test("parseHierarchies() takes the mount that is not hidden", () => {
  const seen = parseHierarchies(hybrid, ({ mountPoint }) => mountPoint !== "/sys/fs/cgroup/unified");
  assert.deepEqual(
    seen.filter(({ version }) => version === 2).map(({ mountPoint }) => mountPoint),
    ["/mnt/again"],
  );
});

const own = parseOwnCgroups("9:name=systemd:/user\n4:cpu,cpuacct:/a/b\n3:memory:/docker/x/inner\n0::/v2\n");
const places = (cgroupsPath: string | undefined): string[] =>
  parseHierarchies(hybrid, () => true).map((each) => cgroupDirectory(each, own, { cgroupsPath, id: "c1" }));

test("cgroupDirectory() takes an absolute path from the hierarchy's root", () => {
  assert.deepEqual(places("/kube/pod")[0], "/sys/fs/cgroup/cpu,cpuacct/kube/pod");
});

test("cgroupDirectory() takes a relative or missing path from its own cgroup, as far as that is visible", () => {
  assert.deepEqual(places("rel"), [
    "/sys/fs/cgroup/cpu,cpuacct/a/b/rel",
    "/sys/fs/cgroup/systemd/user/rel",
    "/sys/fs/cgroup/unified/v2/rel",
    "/sys/fs/cgroup/with blank/inner/rel",
  ]);
  assert.equal(places(undefined)[2], "/sys/fs/cgroup/unified/v2/c1");
});

test("cgroupDirectory() never leaves the hierarchy", () => {
  assert.equal(places("/../../etc")[0], "/sys/fs/cgroup/cpu,cpuacct/etc");
  assert.equal(places("../../../../etc")[0], "/sys/fs/cgroup/cpu,cpuacct/etc");
});

for (const [path, place] of [
  ["system.slice:docker:abc", "/system.slice/docker-abc.scope"],
  ["machine.slice:libpod:abc", "/machine.slice/libpod-abc.scope"],
  [
    "kubepods-besteffort-pod1.slice:cri-containerd:abc",
    "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod1.slice/cri-containerd-abc.scope",
  ],
  [":crio:abc", "/system.slice/crio-abc.scope"],
  ["-.slice::abc", "/abc.scope"],
  ["a.slice:x:b.slice", "/a.slice/b.slice"],
  [undefined, "/system.slice/kata-c1.scope"],
] as const) {
  test(`systemdScope(${path}) is ${place}`, () => {
    assert.equal(systemdScope(path, "c1"), place);
  });
}

test("systemdScope() refuses another form, and parts that are paths", () => {
  for (const path of ["/docker/abc", "a:b", "a:b:", "a:b:c:d", "a.slice:../x:c"])
    assert.throws(() => systemdScope(path, "c1"), /slice:prefix:name/);
});
