/** Rules for devices: in the guest an eBPF program of the container's cgroup, with runc on this machine a list of cgroup v1. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { eachRuntime } from "../conformance/runtimes.ts";
import type { TestSpec } from "../support/bundle.ts";

eachRuntime((rt) => {
  const able = (spec: TestSpec): void => {
    const names = ["CAP_MKNOD", "CAP_SYSLOG", "CAP_DAC_OVERRIDE", "CAP_SYS_ADMIN"];
    spec.process.capabilities = { bounding: names, effective: names, permitted: names };
  };
  /** A node can be made of any device; this reads from it (a kernel log reads by the record). */
  const tries = (...numbers: readonly string[]): string =>
    numbers
      .map(
        (number, i) =>
          `mknod /dev/t${i} ${number}; dd if=/dev/t${i} of=/dev/null bs=8192 count=1 2>&1 | grep -oE 'not permitted|denied' || echo read`,
      )
      .join("; ");

  test("a device that no rule allows cannot be opened, by whatever name; those of every container can", async () => {
    const { stdout } = await rt.runs("denied", (spec) => {
      able(spec);
      spec.process.args = ["sh", "-c", tries("c 1 11", "c 1 3", "c 1 9", "b 7 0")];
      spec.linux.resources = { devices: [{ allow: false, access: "rwm" }] };
    });
    assert.equal(stdout, "not permitted\nread\nread\nnot permitted\n");
  });

  if (rt.isKata) {
    test("of several rules the last one counts", async () => {
      const { stdout } = await rt.runs("allowed", (spec) => {
        able(spec);
        spec.process.args = ["sh", "-c", `${tries("c 1 11", "b 7 0")}; echo x 2>/dev/null >/dev/t0 || echo read-only`];
        spec.linux.resources = {
          devices: [
            { allow: false, access: "rwm" },
            { allow: true, type: "c", major: 1, access: "r" },
            { allow: true, type: "b", access: "rwm" },
            { allow: false, type: "b", major: 7, access: "rw" },
          ],
        };
      });
      assert.equal(stdout, "read\nnot permitted\nread-only\n");
    });
  }

  test("nothing is left behind", () => rt.leftNothing());
});
