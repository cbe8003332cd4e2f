import assert from "node:assert/strict";
import { test } from "node:test";
import { linkCounters, parseLinkCounters } from "./link-counters.ts";

const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:     140       2    0    0    0     0          0         0      140       2    0    0    0     0       0          0
  eth0.7:1500 3 1 2 0 0 0 4 2500 5 0 0 0 0 0 6
`;

test("each link has its counters by the kernel's columns, a name with dots and digits right before the first too", () => {
  const lines = parseLinkCounters(text);
  assert.deepEqual(
    lines.map(({ link, values }) => [link, values.length]),
    [
      ["lo", linkCounters.length],
      ["eth0.7", linkCounters.length],
    ],
  );
  const vlan = Object.fromEntries((lines[1]?.values ?? []).map((value, i) => [linkCounters[i], value]));
  assert.deepEqual([vlan["recv_bytes"], vlan["recv_multicast"], vlan["sent_bytes"], vlan["sent_compressed"]], ["1500", "4", "2500", "6"]);
});
