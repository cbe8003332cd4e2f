import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Fault } from "../base/fault.ts";
import { defaultSpecText } from "./default-spec.ts";
import { checkSpecSize, maxSpecBytes, parseProcess, parseResources, parseSpec, specNotFound } from "./parse.ts";
import { stringifyExactJson } from "./shape.ts";

type Json = { [key: string]: Json } & { [index: number]: Json };
type Edit = (spec: Json) => void;

/** The default specification with a change. */
function edited(edit: Edit): string {
  const spec = JSON.parse(defaultSpecText({ ociVersion: "1.3.0", cgroupV2: true })) as Json;
  edit(spec);
  return JSON.stringify(spec);
}

function refuses(edit: Edit, message: string | RegExp): void {
  assert.throws(
    () => parseSpec(edited(edit), "/b/config.json"),
    (error: unknown) => {
      assert.ok(error instanceof Fault);
      if (typeof message === "string") assert.equal(error.message, message);
      else assert.match(error.message, message);
      assert.equal(error.code, "invalid-spec");
      return true;
    },
  );
}

const set =
  (path: string, value: unknown): Edit =>
  (spec) => {
    const steps = path.split(".");
    const last = steps.pop() ?? "";
    let at = spec;
    for (const step of steps) at = at[step] as Json;
    at[last] = value as Json;
  };

describe("parseSpec()", () => {
  it("reads the default specification", () => {
    const spec = parseSpec(defaultSpecText({ ociVersion: "1.3.0", cgroupV2: false }), "config.json");
    assert.deepEqual(spec.process.args, ["sh"]);
    assert.equal(spec.root.path, "rootfs");
    assert.deepEqual(
      spec.linux?.namespaces?.map((namespace) => namespace.type),
      ["pid", "network", "ipc", "uts", "mount"],
    );
    assert.equal(spec.process.rlimits?.[0]?.hard, 1024);
  });

  it("drops unknown properties and takes null as absent", () => {
    const spec = parseSpec(
      edited((spec) => {
        set("future", { a: 1 })(spec);
        set("process.future", 1)(spec);
        set("process.env", null)(spec);
        set("hooks", null)(spec);
        set("linux.resources.memory", { limit: null })(spec);
      }),
      "config.json",
    );
    assert.equal("future" in spec, false);
    assert.equal("future" in spec.process, false);
    assert.equal(spec.process.env, undefined);
    assert.equal("hooks" in spec, false);
    assert.deepEqual(spec.linux?.resources?.memory, {});
  });

  it("takes an absent user as root and an absent allow as false", () => {
    const spec = parseSpec(
      edited((spec) => {
        set("process.user", undefined)(spec);
        set("linux.resources.devices", [{ access: "rwm" }])(spec);
      }),
      "config.json",
    );
    assert.deepEqual(spec.process.user, { uid: 0, gid: 0 });
    assert.equal(spec.linux?.resources?.devices?.[0]?.allow, false);
  });

  it("keeps 64-bit integers exact", () => {
    const text = edited(set("process.rlimits", [{ type: "RLIMIT_NOFILE", soft: 1, hard: 2 }]))
      .replace('"soft":1', '"soft":18446744073709551615')
      .replace('"hard":2', '"hard":18446744073709551615');
    const spec = parseSpec(text, "config.json");
    assert.equal(spec.process.rlimits?.[0]?.soft, 18446744073709551615n);
    const again = parseSpec(stringifyExactJson(spec), "config.json");
    assert.deepEqual(again, spec);
  });

  it("names the path, the value seen and what would be right", () => {
    const cases: [string, unknown, string][] = [
      ["process.args", [5], "process.args[0] is 5, must be a string"],
      ["process.args", "sh", 'process.args is "sh", must be a list'],
      ["process.args", [null], "process.args[0] is null, must be a string"],
      ["process.args", ["a\0b"], 'process.args[0] is "a\\u0000b", must be a string without NUL'],
      ["hostname", 5, "hostname is 5, must be a string"],
      ["process", [], "process is an empty list, must be an object"],
      ["process.user.uid", -1, "process.user.uid is -1, must be a whole number from 0 to 4294967295"],
      ["process.user.uid", 1.5, "process.user.uid is 1.5, must be a whole number from 0 to 4294967295"],
      ["process.terminal", "yes", 'process.terminal is "yes", must be true or false'],
      ["root", {}, "root.path is missing, must be a string"],
      ["root.path", "", "root.path is empty, must be the path of the root file system"],
      [
        "process.rlimits",
        [{ type: "RLIMIT_CPU", soft: 1 }],
        "process.rlimits[0].hard is missing, must be a whole number from 0 to 18446744073709551615",
      ],
      ["process.env", ["A=1", "B"], 'process.env[1] is "B", must be NAME=VALUE, the = is missing'],
      ["process.env", ["=1"], 'process.env[0] is "=1", must have a name before the ='],
      ["process.oomScoreAdj", 5000, "process.oomScoreAdj is 5000, must be from -1000 to 1000"],
      ["annotations", { "a.b/c": 1 }, 'annotations["a.b/c"] is 1, must be a string'],
      [
        "linux.rootfsPropagation",
        "foo",
        'linux.rootfsPropagation is "foo", must be one of private, rprivate, shared, rshared, slave, rslave, unbindable, runbindable',
      ],
      ["linux.devices", [{ path: "/dev/x", type: "z" }], 'linux.devices[0].type is "z", must be one of c, u, b, p'],
      ["linux.timeOffsets", {}, "linux.timeOffsets is set, must come with a new time namespace in linux.namespaces"],
    ];
    for (const [path, value, message] of cases) refuses(set(path, value), `parse /b/config.json: ${message}`);
    refuses(set("linux.seccomp", { defaultAction: "FOO" }), /linux\.seccomp\.defaultAction is "FOO", must be one of SCMP_ACT_KILL, /);
    refuses(set("linux.seccomp", {}), /linux\.seccomp\.defaultAction is missing/);
  });

  it("uses the texts that engines know", () => {
    const cases: [string, unknown, string][] = [
      ["process", null, "process property must not be empty"],
      ["root", null, "root must be specified"],
      ["process.args", [], "args must not be empty"],
      ["process.args", undefined, "args must not be empty"],
      ["process.cwd", undefined, "Cwd property must not be empty"],
      ["process.cwd", "a", "Cwd must be an absolute path"],
      ["process.rlimits", [{ type: "X", soft: 1, hard: 1 }], "wrong rlimit value: X"],
      ["linux.namespaces", [{ type: "x" }], 'namespace {"x" ""} does not exist'],
      ["linux.namespaces", [{ type: "pid" }, { type: "pid", path: "/p" }], 'malformed spec file: duplicated ns {"pid" "/p"}'],
      ["linux.namespaces", [{ type: "mount" }], "unable to set hostname without a private UTS namespace"],
      ["linux.namespaces", [{ type: "uts" }], "unable to restrict sys entries without a private MNT namespace"],
      ["linux.sysctl", { "kernel.hostname": "1" }, 'sysctl "kernel.hostname" is not allowed as it conflicts with the OCI "hostname" field'],
      ["linux.sysctl", { "vm.foo": "1" }, 'sysctl "vm.foo" is not in a separate kernel namespace'],
    ];
    for (const [path, value, message] of cases) refuses(set(path, value), message);
    refuses((spec) => {
      set("linux.sysctl", { "net.foo": "1" })(spec);
      set("linux.namespaces", [{ type: "uts" }, { type: "mount" }])(spec);
    }, 'sysctl "net.foo" not allowed in host network namespace');
    refuses((spec) => {
      set("linux.sysctl", { "kernel.shmmax": "1" })(spec);
      set("linux.namespaces", [{ type: "uts" }, { type: "mount" }])(spec);
    }, 'sysctl "kernel.shmmax" is not allowed in the hosts ipc namespace');
  });

  it("accepts sysctls of the container's own namespaces in both notations", () => {
    parseSpec(
      edited(
        set("linux.sysctl", { "net/ipv4/conf/eth0.1/forwarding": "1", "kernel.sem": "1", "kernel.domainname": "d", "fs.mqueue.x": "1" }),
      ),
      "c",
    );
  });

  it("refuses doubled and contradictory rlimits", () => {
    const nofile = { type: "RLIMIT_NOFILE", soft: 1, hard: 1 };
    refuses(set("process.rlimits", [nofile, nofile]), /rlimits\[1\] is a second RLIMIT_NOFILE/);
    refuses(set("process.rlimits", [{ ...nofile, soft: 2 }]), /rlimits\[0\]\.soft of RLIMIT_NOFILE is 2, must be at most hard, 1/);
  });

  it("refuses what is empty, truncated, not an object or beyond all bounds", () => {
    assert.throws(() => parseSpec(" \n", "c"), { message: "parse c: empty, must be a JSON object" });
    assert.throws(() => parseSpec("{", "c"), /parse c: not JSON: .*begins with "\{"/);
    assert.throws(() => parseSpec("[]", "c"), { message: "parse c: the document is an empty list, must be an object" });
    assert.throws(() => parseSpec("null", "c"), { message: "parse c: the document is null, must be an object" });
    assert.throws(() => checkSpecSize(100_000_000, "c"), { message: `read c: 100000000 bytes, must be at most ${maxSpecBytes}` });
    checkSpecSize(maxSpecBytes, "c");
    assert.equal(specNotFound("config.json").message, "JSON specification file config.json not found");
  });

  it("throws nothing but Faults, whatever the JSON", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        try {
          parseSpec(text, "c");
        } catch (error) {
          assert.ok(error instanceof Fault, String(error));
        }
      }),
    );
  });

  it("throws nothing but Faults when one value anywhere is replaced", () => {
    const paths: string[][] = [];
    const walk = (value: unknown, path: string[]): void => {
      if (path.length > 0) paths.push(path);
      if (typeof value === "object" && value !== null) for (const key of Object.keys(value)) walk((value as Json)[key], [...path, key]);
    };
    walk(JSON.parse(defaultSpecText({ ociVersion: "1.3.0", cgroupV2: true })), []);
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        try {
          parseSpec(edited(set(path.join("."), value)), "c");
        } catch (error) {
          assert.ok(error instanceof Fault, String(error));
        }
      }),
      { numRuns: 500 },
    );
  });

  it("does not let __proto__ change anything", () => {
    const text = edited(() => {}).replace('"ociVersion"', '"__proto__":{"x":1},"annotations":{"__proto__":"y","a":"b"},"ociVersion"');
    const spec = parseSpec(text, "c");
    assert.equal(Object.getPrototypeOf(spec), Object.prototype);
    assert.deepEqual(Object.keys(spec.annotations ?? {}), ["a"]);
  });
});

describe("parseProcess()", () => {
  it("reads a process of its own and names its fields from there", () => {
    assert.deepEqual(parseProcess('{"args":["true"],"cwd":"/"}', "p").args, ["true"]);
    assert.throws(() => parseProcess('{"args":["true"],"cwd":"/","env":["x"]}', "p"), /parse p: env\[0\] is "x"/);
    assert.throws(() => parseProcess('{"cwd":"/"}', "p"), { message: "args must not be empty" });
  });
});

describe("parseResources()", () => {
  it("reads limits up to 64 bits and refuses beyond", () => {
    assert.equal(parseResources('{"memory":{"limit":9223372036854775807}}', "r").memory?.limit, 9223372036854775807n);
    assert.equal(parseResources('{"memory":{"limit":-1}}', "r").memory?.limit, -1);
    assert.equal(parseResources('{"pids":{"limit":0}}', "r").pids?.limit, 0);
    assert.throws(() => parseResources('{"memory":{"limit":9223372036854775808}}', "r"), {
      message: "parse r: memory.limit is 9223372036854775808, must be a whole number (64 bits, signed)",
    });
    assert.throws(() => parseResources('{"cpu":{"shares":-1}}', "r"), /cpu\.shares is -1/);
  });

  it("keeps every 64-bit integer through stringifyExactJson", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }), (value) => {
        const resources = parseResources(`{"cpu":{"period":${value}}}`, "r");
        assert.equal(BigInt(resources.cpu?.period ?? -1), value);
        assert.equal(stringifyExactJson(resources), `{"cpu":{"period":${value}}}`);
      }),
    );
  });
});
