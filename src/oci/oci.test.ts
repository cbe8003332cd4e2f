import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseContainerId } from "./container-id.ts";
import { containerType } from "./container-type.ts";
import { defaultSpecText } from "./default-spec.ts";
import { parseSpec } from "./parse.ts";
import { parseSignal, signalName } from "./signals.ts";
import type { Spec } from "./spec.ts";
import { canDelete, canExec, canKill, canStart, type Status, visibleAnnotations } from "./state.ts";
import { findUnsupported, findUnsupportedProcess } from "./unsupported.ts";

describe("parseSignal()", () => {
  it("takes names in any case with or without SIG, and any integer", () => {
    for (const [text, number] of [
      ["TERM", 15],
      ["sigkill", 9],
      ["SIGHUP", 1],
      ["sys", 31],
      ["winch", 28],
      ["9", 9],
      ["0", 0],
      ["99", 99],
      ["-9", -9],
    ] as const) {
      assert.equal(parseSignal(text), number);
    }
  });
  it("refuses aliases, real-time names and nonsense in runc's words", () => {
    for (const text of ["FOO", "IOT", "CLD", "POLL", "RTMIN+1", "", "SIG", "1.5", "9 ", "SIGSIGTERM"]) {
      assert.throws(() => parseSignal(text), { message: `unknown signal ${JSON.stringify(text)}` });
    }
  });
  it("knows all 31 names both ways", () => {
    for (let number = 1; number <= 31; number++) assert.equal(parseSignal(signalName(number)), number);
    assert.equal(signalName(40), "signal 40");
  });
});

describe("parseContainerId()", () => {
  it("lets through what runc does", () => {
    for (const id of ["a", "A-b_c+d.e", "...", "0", "x".repeat(255)]) assert.equal(parseContainerId(id), id);
  });
  it("refuses what could leave the state directory", () => {
    assert.throws(() => parseContainerId(""), { message: "container id cannot be empty" });
    for (const id of [".", "..", "../x", "a/b", "a b", "ä", "a\n", "a\0"]) {
      assert.throws(() => parseContainerId(id), { message: "invalid container ID format" });
    }
    assert.throws(() => parseContainerId("x".repeat(1024)), /container id is 1024 characters long, must be at most 255/);
  });
});

describe("states", () => {
  it("allow what runc allows", () => {
    const table: Record<Status, [boolean, boolean, boolean, boolean]> = {
      creating: [false, false, false, false],
      created: [true, true, true, true],
      running: [false, true, true, false],
      paused: [false, true, false, false],
      stopped: [false, false, false, true],
    };
    for (const [status, expected] of Object.entries(table) as [Status, boolean[]][]) {
      assert.deepEqual([canStart(status), canKill(status), canExec(status), canDelete(status)], expected, status);
    }
    assert.equal(canExec("paused", true), true);
  });
  it("hide the annotation named bundle", () => {
    assert.deepEqual(visibleAnnotations({ bundle: "/x", a: "b" }), { a: "b" });
    assert.equal(visibleAnnotations({ bundle: "/x" }), undefined);
  });
});

describe("containerType()", () => {
  it("reads the annotations of the three CRI runtimes", () => {
    assert.deepEqual(containerType("c", undefined), { kind: "single", sandboxId: "c" });
    assert.deepEqual(containerType("c", { "io.kubernetes.cri.container-type": "sandbox" }), { kind: "sandbox", sandboxId: "c" });
    assert.deepEqual(containerType("c", { "io.kubernetes.cri-o.ContainerType": "container", "io.kubernetes.cri-o.SandboxID": "s" }), {
      kind: "container",
      sandboxId: "s",
    });
    assert.deepEqual(containerType("c", { "io.kubernetes.docker.type": "podsandbox" }), { kind: "sandbox", sandboxId: "c" });
  });
  it("refuses unknown types and containers without a sandbox", () => {
    assert.throws(() => containerType("c", { "io.kubernetes.cri.container-type": "pod" }), /^Fault: Unknown container type pod/);
    assert.throws(() => containerType("c", { "io.kubernetes.cri.container-type": "container" }), /^Fault: Could not find sandbox ID/);
  });
});

describe("findUnsupported()", () => {
  const spec = parseSpec(defaultSpecText({ ociVersion: "1.3.0", cgroupV2: true }), "c");
  const withLinux = (linux: object): Spec => ({ ...spec, linux: { ...spec.linux, ...linux } });

  it("finds nothing to refuse in the default specification", () => {
    const { fields, warnings } = findUnsupported(spec);
    assert.deepEqual(fields, []);
    assert.deepEqual(warnings, []);
  });
  it("names every field that would be dropped", () => {
    assert.deepEqual(findUnsupported(withLinux({ personality: { domain: "LINUX" }, namespaces: [{ type: "user" }] }), []).fields, [
      "linux.namespaces (user)",
      "linux.personality",
    ]);
    assert.deepEqual(findUnsupported({ ...spec, hooks: { prestart: [{ path: "/x" }], poststop: [] } }, []).fields, ["hooks.prestart"]);
    assert.deepEqual(findUnsupported(withLinux({ seccomp: { defaultAction: "SCMP_ACT_NOTIFY" } })).fields, [
      "linux.seccomp (SCMP_ACT_NOTIFY)",
    ]);
    assert.deepEqual(findUnsupported(withLinux({ resources: { rdma: { a: {} } } })).fields, ["linux.resources.rdma"]);
    assert.deepEqual(findUnsupportedProcess({ ...spec.process, scheduler: { policy: "SCHED_FIFO" } }, []).fields, ["scheduler"]);
  });
  it("names devices of the host, but not those that every guest has, nor those that become disks", () => {
    const devices = [
      { path: "/dev/fuse", type: "c", major: 10, minor: 229 },
      { path: "/dev/fifo", type: "p" },
      { path: "/dev/sda", type: "b", major: 8, minor: 0 },
      { path: "/dev/dri/card0", type: "c", major: 226, minor: 0 },
    ];
    assert.deepEqual(findUnsupported(withLinux({ devices })).fields, ["linux.devices (/dev/dri/card0)"]);
  });
  it("falls silent when the guest has learned the feature", () => {
    assert.deepEqual(findUnsupported(withLinux({ personality: { domain: "LINUX" } }), ["personality"]).fields, []);
  });
  it("names what a container with a user namespace cannot join", () => {
    const namespaces = [{ type: "user" }, { type: "ipc", path: "/proc/7/ns/ipc" }] as const;
    assert.match(findUnsupported(withLinux({ namespaces })).fields.join(), /pid, ipc or uts with a path, beside a new user namespace/);
    for (const allowed of [
      [{ type: "user" }, { type: "ipc" }],
      [{ type: "user", path: "/proc/7/ns/user" }, namespaces[1]],
    ])
      assert.deepEqual(findUnsupported(withLinux({ namespaces: allowed })).fields, []);
  });
  it("warns of device rules that deny more than everything", () => {
    const devices = [{ allow: false }, { allow: false, type: "c", major: 1, minor: 8 } as const];
    assert.deepEqual(findUnsupported(withLinux({ resources: { devices } }), []).warnings, [
      "linux.resources.devices: not enforced, the container has only the devices that were given to its virtual machine",
    ]);
  });
  it("warns of labels and of the vm section", () => {
    const { fields, warnings } = findUnsupported({ ...spec, vm: {}, process: { ...spec.process, apparmorProfile: "docker-default" } });
    assert.deepEqual(fields, []);
    assert.match(warnings.join("\n"), /process\.apparmorProfile: not enforced/);
    assert.match(warnings.join("\n"), /^vm: ignored/m);
  });
});

describe("defaultSpecText()", () => {
  it("is tab-indented JSON without a newline at the end", () => {
    const text = defaultSpecText({ ociVersion: "1.3.0", cgroupV2: false });
    assert.ok(text.startsWith('{\n\t"ociVersion": "1.3.0",\n\t"process": {\n\t\t"terminal": true,'));
    assert.ok(text.endsWith("\t}\n}"));
    assert.equal(text.includes("ambient"), false);
  });
  it("makes a rootless one without network, resources and gid=, with a user namespace", () => {
    const spec = parseSpec(defaultSpecText({ ociVersion: "1.3.0", rootless: { uid: 1000, gid: 100 }, cgroupV2: true }), "c");
    assert.deepEqual(
      spec.linux?.namespaces?.map((namespace) => namespace.type),
      ["pid", "ipc", "uts", "mount", "cgroup", "user"],
    );
    assert.deepEqual(spec.linux?.uidMappings, [{ containerID: 0, hostID: 1000, size: 1 }]);
    assert.equal(spec.linux?.resources, undefined);
    assert.equal(
      spec.mounts?.some((mount) => mount.options?.includes("gid=5")),
      false,
    );
  });
});
