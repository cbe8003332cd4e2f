import assert from "node:assert/strict";
import { test } from "node:test";
import type { Spec } from "../../oci/spec.ts";
import { renumber } from "./given-devices.ts";

const spec = (linux: Spec["linux"]): Spec =>
  ({ ociVersion: "1.3.0", root: { path: "/" }, process: { args: ["x"], cwd: "/", user: { uid: 0, gid: 0 } }, linux }) as Spec;
const disk = new Map([["/dev/given", { major: 254, minor: 32 }]]);

test("renumber() gives a device the guest's numbers, and the rules about it", () => {
  const { linux } = renumber(
    spec({
      devices: [
        { path: "/dev/given", type: "b", major: 7, minor: 1, fileMode: 0o600 },
        { path: "/dev/null", type: "c", major: 1, minor: 3 },
      ],
      resources: {
        devices: [
          { allow: false, access: "rwm" },
          { allow: true, type: "b", major: 7, minor: 1, access: "r" },
          { allow: true, type: "c", major: 7, minor: 1, access: "r" },
          { allow: true, type: "b", access: "m" },
        ],
      },
    }),
    disk,
  );
  assert.deepEqual(linux?.devices, [
    { path: "/dev/given", type: "b", major: 254, minor: 32, fileMode: 0o600 },
    { path: "/dev/null", type: "c", major: 1, minor: 3 },
  ]);
  assert.deepEqual(linux?.resources?.devices, [
    { allow: false, access: "rwm" },
    { allow: true, type: "b", major: 254, minor: 32, access: "r" },
    { allow: true, type: "c", major: 7, minor: 1, access: "r" },
    { allow: true, type: "b", access: "m" },
  ]);
});

test("renumber() refuses a disk that the specification does not list", () => {
  assert.throws(() => renumber(spec({ devices: [] }), disk), /"\/dev\/given" is no block device of linux\.devices/);
  assert.throws(() => renumber(spec({ devices: [{ path: "/dev/given", type: "c", major: 1, minor: 1 }] }), disk), /is no block device/);
});
