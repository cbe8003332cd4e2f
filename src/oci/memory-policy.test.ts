import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryPolicyNumbers } from "./memory-policy.ts";

test("memoryPolicyNumbers() knows modes, flags and which of them have nodes", () => {
  assert.deepEqual(memoryPolicyNumbers({ mode: "MPOL_BIND", nodes: "0,2-3", flags: ["MPOL_F_STATIC_NODES"] }), {
    mode: 0x8002,
    nodes: [0, 2, 3],
  });
  assert.deepEqual(memoryPolicyNumbers({ mode: "MPOL_LOCAL" }), { mode: 4, nodes: [] });
  const refused: readonly (readonly [Parameters<typeof memoryPolicyNumbers>[0], RegExp])[] = [
    [{ mode: "MPOL_X" }, /mode: "MPOL_X" is unknown/],
    [{ mode: "MPOL_LOCAL", nodes: "0" }, /nodes is "0", must be absent with MPOL_LOCAL/],
    [{ mode: "MPOL_BIND" }, /nodes is "", must be a list/],
    [{ mode: "MPOL_BIND", nodes: "0", flags: ["MPOL_F_X"] }, /flags: "MPOL_F_X" is unknown/],
  ];
  for (const [policy, text] of refused) assert.throws(() => memoryPolicyNumbers(policy), text);
});
