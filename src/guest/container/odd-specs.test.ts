import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "../../base/fault.ts";
import { parseSpec } from "../../oci/parse.ts";
import type { Spec } from "../../oci/spec.ts";
import { oddSpecText } from "../../oci/testing/odd-specs.ts";
import { capabilityCalls, parseCapabilities } from "./capabilities.ts";
import { cgroupWrites } from "./cgroup-values.ts";
import { deviceProgram } from "./device-program.ts";
import { limitCalls, uniqueEnvironment, userCalls, withHome } from "./identity.ts";
import { sysctlPath } from "./restrict.ts";
import { memoryPolicyCalls, personalityCalls, schedulingCalls } from "./scheduling.ts";

const count = Number(process.env["KATA_TEST_SPECS"] ?? 3000);

/** What the guest works out before it asks its kernel. */
function plans({ process, linux = {} }: Spec): readonly (() => unknown)[] {
  const sets = parseCapabilities(process.capabilities ?? {});
  return [
    () => capabilityCalls(sets),
    () => userCalls(process.user, sets),
    () => limitCalls(process.rlimits ?? []),
    () => withHome(uniqueEnvironment(process.env ?? []), process.user.uid, () => undefined),
    () => schedulingCalls(process),
    () => memoryPolicyCalls(linux.memoryPolicy),
    () => personalityCalls(linux.personality),
    () => cgroupWrites(linux.resources ?? {}),
    () => deviceProgram(linux.resources?.devices ?? []),
    () => Object.keys(linux.sysctl ?? {}).map(sysctlPath),
  ];
}

test(`${count} odd specifications: the guest works out what to do, or says what is wrong`, () => {
  for (let seed = 0; seed < count; seed++) {
    let spec: Spec;
    try {
      spec = parseSpec(oddSpecText(seed), "config.json");
    } catch {
      continue; // the host's test looks at these
    }
    for (const plan of plans(spec)) {
      try {
        plan();
      } catch (error) {
        assert.ok(error instanceof Fault, `seed ${seed}: ${(error as Error).stack}`);
      }
    }
  }
});
