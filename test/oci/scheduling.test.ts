/** Where a process runs and where its memory comes from. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eachRuntime } from "../conformance/runtimes.ts";
import { testSpec } from "../support/bundle.ts";

eachRuntime((rt) => {
  // Debian's runc 1.1.5 knows neither
  if (rt.isKata) {
    test("a memory policy counts for every process of the container, and is refused where the guest has no such node", async () => {
      const policy = ["sh", "-c", "grep -o 'bind:0\\|default' /proc/self/numa_maps | sort -u"];
      await rt.started("policy", (spec) => {
        Object.assign(spec.linux, { memoryPolicy: { mode: "MPOL_BIND", nodes: "0" } });
      });
      assert.equal(await rt.succeeds("exec", "policy", ...policy), "bind:0\n");
      await rt.succeeds("delete", "-f", "policy");
      for (const [memoryPolicy, named] of [
        [{ mode: "MPOL_BIND", nodes: "63" }, /linux\.memoryPolicy: the virtual machine cannot follow it/],
        [{ mode: "MPOL_X" }, /linux\.memoryPolicy\.mode: "MPOL_X" is unknown/],
      ] as const) {
        const bundle = rt.world.bundle(["true"], (spec) => void Object.assign(spec.linux, { memoryPolicy }));
        assert.match(await rt.fails(1, "create", "-b", bundle, "wrong"), named);
      }
    });

    test("an additional process may be bound to CPUs", async () => {
      await rt.started("bound");
      const allowed = async (execCPUAffinity: object): Promise<string> => {
        const file = join(rt.world.directory, "process.json");
        const { process } = testSpec("grep", "Cpus_allowed_list", "/proc/self/status");
        writeFileSync(file, JSON.stringify({ ...process, execCPUAffinity }));
        return (await rt.succeeds("exec", "-p", file, "bound")).replace(/^\S+\s+/, "").trim();
      };
      assert.equal(await allowed({ initial: "0", final: "0" }), "0");
      assert.equal(await allowed({ final: "4000" }), await allowed({}));
      const file = join(rt.world.directory, "process.json");
      writeFileSync(file, JSON.stringify({ ...testSpec("true").process, execCPUAffinity: { initial: "x" } }));
      assert.match(await rt.fails(255, "exec", "-p", file, "bound"), /execCPUAffinity\.initial is "x", must be a list of CPUs/);
      await rt.succeeds("delete", "-f", "bound");
    });
  }

  test("nothing is left behind", () => rt.leftNothing());
});
