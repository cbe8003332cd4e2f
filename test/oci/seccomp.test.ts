/** Seccomp profiles of config.json in force in the container, on the real program and on runc. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eachRuntime } from "../conformance/runtimes.ts";
import type { TestSpec } from "../support/bundle.ts";
import { until } from "../support/world.ts";
import { denyingProfile } from "./profiles.ts";

const status = ["grep", "-E", "^(NoNewPrivs|Seccomp|Seccomp_filters):", "/proc/self/status"];
const filtered = (noNewPrivileges: number): string => `NoNewPrivs:\t${noNewPrivileges}\nSeccomp:\t2\nSeccomp_filters:\t1\n`;

eachRuntime((rt) => {
  const { world } = rt;
  const everyone = { user: { uid: 1000, gid: 1000 } };

  for (const noNewPrivileges of [true, false]) {
    test(`a profile that denies by default holds for every process, ${noNewPrivileges ? "with" : "without"} no_new_privs`, async () => {
      const id = `denying-${noNewPrivileges}`;
      const { output } = await rt.started(id, (spec: TestSpec) => {
        const script = "mkdir /tmp/q && echo made; unshare -m true 2>&1; sleep 1000";
        Object.assign(spec.process, {
          ...everyone,
          noNewPrivileges,
          args: ["sh", "-c", `${status.map((word) => `'${word}'`).join(" ")}; ${script}`],
        });
        spec.linux.seccomp = denyingProfile();
      });
      const expected = `${filtered(Number(noNewPrivileges))}made\nunshare: unshare(0x20000): Operation not permitted\n`;
      await until("the output", () => readFileSync(output, "utf8").length >= expected.length);
      assert.equal(readFileSync(output, "utf8"), expected);
      assert.equal(await rt.succeeds("exec", id, ...status), filtered(Number(noNewPrivileges)));
      const { code, stderr } = await rt.run(["exec", id, "unshare", "-m", "true"]);
      assert.deepEqual([code, stderr], [1, "unshare: unshare(0x20000): Operation not permitted\n"]);
      await rt.succeeds("delete", "-f", id);
    });
  }

  test("a program killed by its profile ends by SIGSYS", async () => {
    const { code } = await rt.runs("killed", (spec) => {
      spec.process.args = ["mkdir", "/q"];
      spec.linux.seccomp = {
        defaultAction: "SCMP_ACT_ALLOW",
        syscalls: [{ names: ["mkdir", "mkdirat"], action: "SCMP_ACT_KILL_PROCESS" }],
      };
    });
    assert.equal(code, 128 + 31);
  });

  test("what is unknown in a profile is named, and nothing is made", async () => {
    const wrong: readonly (readonly [profile: object, named: RegExp])[] = [
      [{ defaultAction: "SCMP_ACT_FOO" }, /SCMP_ACT_FOO/],
      [{ defaultAction: "SCMP_ACT_ALLOW", architectures: ["SCMP_ARCH_Z80"] }, /SCMP_ARCH_Z80/],
      [
        {
          defaultAction: "SCMP_ACT_ALLOW",
          syscalls: [{ names: ["mkdir"], action: "SCMP_ACT_ERRNO", args: [{ index: 0, value: 1, op: "SCMP_CMP_X" }] }],
        },
        /SCMP_CMP_X/,
      ],
      [
        { defaultAction: "SCMP_ACT_ALLOW", flags: ["SECCOMP_FILTER_FLAG_FOO"], syscalls: [{ names: ["mkdir"], action: "SCMP_ACT_ERRNO" }] },
        /SECCOMP_FILTER_FLAG_FOO|seccomp flags are not yet supported/, // the latter is Debian's runc 1.1.5
      ],
    ];
    for (const [profile, named] of wrong) {
      const bundle = world.bundle(["true"], (spec) => {
        spec.linux.seccomp = profile;
      });
      assert.match(await rt.fails(1, "create", "-b", bundle, "wrong"), named);
    }
  });

  if (rt.isKata) {
    test("a notification's listener is refused by name", async () => {
      const bundle = world.bundle(["true"], (spec) => {
        spec.linux.seccomp = {
          defaultAction: "SCMP_ACT_ALLOW",
          listenerPath: "/run/listener",
          syscalls: [{ names: ["mkdir"], action: "SCMP_ACT_NOTIFY" }],
        };
      });
      assert.match(await rt.fails(1, "create", "-b", bundle, "notify"), /linux\.seccomp\.listenerPath, linux\.seccomp \(SCMP_ACT_NOTIFY\)/);
    });

    test("a profile that the configuration switches off is dropped with a word in the log", async () => {
      const config = join(world.directory, "no-seccomp.toml");
      writeFileSync(config, "[runtime]\ndisable_guest_seccomp = true\n");
      const log = join(world.directory, "no-seccomp.log");
      const bundle = world.bundle(["mkdir", "/q"], (spec) => {
        spec.linux.seccomp = { defaultAction: "SCMP_ACT_ALLOW", syscalls: [{ names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO" }] };
      });
      assert.equal((await rt.run(["--debug", "--log", log, "--config", config, "run", "-b", bundle, "off"])).code, 0);
      assert.match(readFileSync(log, "utf8"), /level=warning msg="linux\.seccomp: not applied, disable_guest_seccomp is set/);
    });

    test("a compiled profile is kept for the next container", () => {
      const kept = join(world.root, "@host/seccomp");
      assert.ok(existsSync(kept));
      assert.ok(readdirSync(kept).every((name) => /^[0-9a-f]{16}$/.test(name)));
      assert.ok(readdirSync(kept).length >= 2);
    });
  }

  test("nothing is left behind", () => rt.leftNothing());
});
