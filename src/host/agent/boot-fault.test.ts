import assert from "node:assert/strict";
import { test } from "node:test";
import { BootFault, bootFault, type Scene } from "./boot-fault.ts";

const scene: Scene = { driver: "qemu", phase: "vmm", console: "", timeoutMs: 30_000, waitedMs: 0 };
const exit = (reason: string, code = 0, stderr = "") => ({ code, reason, stderr });

for (const [what, more, component, message] of [
  ["a silent kernel", {}, "kernel", /^boot vm: qemu runs, but the kernel said nothing within 30 s; the guest's console is empty$/],
  [
    "an agent that opens no channel",
    { phase: "kernel", console: "Linux\n" },
    "agent",
    /kernel runs, but the agent did not open its channel within 30 s; .*ends: Linux$/,
  ],
  ["an agent that opens its channel and is silent", { phase: "agent" }, "agent", /opened its channel, but did not answer within 30 s/],
  ["a handshake that fails", { phase: "agent", cause: new Error("x") }, "agent", /the handshake with the agent failed/],
  [
    "a VMM that dies",
    { exit: exit("unknown", 139, "qemu: out\nof memory") },
    "qemu",
    /qemu ended with code 139 before its kernel said anything: qemu: out; of memory;/,
  ],
  ["a VMM that was stopped", { exit: exit("host"), phase: "kernel" }, "qemu", /qemu was stopped before the agent opened its channel/],
  [
    "a kernel that panics",
    { exit: exit("guest-panic"), console: "Kernel panic - not syncing: VFS" },
    "kernel",
    /the kernel panicked; .*VFS$/,
  ],
  [
    "an agent that ends",
    { exit: exit("guest-panic"), console: "not syncing: Attempted to kill init!" },
    "agent",
    /the agent ended or could not be started/,
  ],
  ["a triple fault", { exit: exit("guest-reset") }, "kernel", /reset itself before its kernel said anything/],
  [
    "an agent that gives up",
    { exit: exit("guest-shutdown"), phase: "kernel", console: "error agent no" },
    "agent",
    /powered itself off before the agent opened its channel; .*error agent no$/,
  ],
] as const) {
  test(`bootFault() of ${what} names ${component}`, () => {
    const fault = bootFault({ ...scene, ...more });
    assert.ok(fault instanceof BootFault);
    assert.equal(fault.component, component);
    assert.match(fault.message, message);
  });
}

test("bootFault() shows the console's last lines in one line and carries all of it", () => {
  const console = Array.from({ length: 100 }, (_, i) => `line ${i} ${"x".repeat(200)}`).join("\n");
  const fault = bootFault({ ...scene, console });
  assert.equal(fault.console, console);
  assert.ok(!fault.message.includes("\n") && fault.message.length < 1500, fault.message);
  assert.match(fault.message, /line 99 x+$/);
});

test("bootFault() shows what led to a panic, not the registers behind it", () => {
  const console = [
    "/init: no such file",
    "Kernel panic - not syncing: No working init",
    ...Array(20).fill("RIP: 0033:0x1"),
    "Kernel Offset: disabled",
  ];
  const { message } = bootFault({ ...scene, console: console.join("\n"), exit: exit("guest-panic") });
  assert.match(message, /ends: \/init: no such file \| Kernel panic - not syncing: No working init$/);
});
