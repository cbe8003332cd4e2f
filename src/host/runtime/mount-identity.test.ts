import assert from "node:assert/strict";
import { test } from "node:test";
import { mountsBelow } from "./mount-identity.ts";

const mountinfo = `23 1 0:20 / / rw - ext4 /dev/vda rw
31 23 0:28 / /vol rw - tmpfs tmpfs rw
32 31 0:29 / /vol/one rw - tmpfs tmpfs rw
33 32 0:30 /vol/one/x /vol/one/two rw - tmpfs tmpfs rw
34 23 0:31 / /volume rw - tmpfs tmpfs rw
35 23 0:32 / /with\\040blank/in rw - tmpfs tmpfs rw
36 23 0:33 /vol/one /elsewhere rw - tmpfs tmpfs rw
`;

test("mountsBelow() finds what is mounted below a directory, and not beside it", () => {
  assert.deepEqual(mountsBelow(mountinfo, "/vol"), ["32", "33"]);
  assert.deepEqual(mountsBelow(mountinfo, "/vol/one"), ["33"]);
  assert.deepEqual(mountsBelow(mountinfo, "/with blank"), ["35"]);
  assert.deepEqual(mountsBelow(mountinfo, "/nothing"), []);
  assert.equal(mountsBelow(mountinfo, "/").length, 7);
});
