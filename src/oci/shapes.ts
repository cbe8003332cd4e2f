/** The tables for config.json's common part; `Shape` ties each to its interface in spec.ts. */
import type { List, Shape } from "./shape.ts";
import { idMappings, linuxShape } from "./shapes-linux.ts";
import type { Hook, Hooks, Mount, Process, Spec } from "./spec.ts";

const texts: List<string> = { list: "text" };

/** Absent `args` and `cwd` are reported by validate.ts, whose messages engines know. */
export const processShape: Shape<Process> = {
  required: {
    user: {
      required: { uid: "uint32", gid: "uint32" },
      optional: { umask: "uint32", additionalGids: { list: "uint32" } },
      absent: { uid: 0, gid: 0 },
    },
    args: texts,
    cwd: "text",
  },
  absent: { user: { uid: 0, gid: 0 }, args: [], cwd: "" },
  optional: {
    terminal: "bool",
    consoleSize: { required: { height: "uint32", width: "uint32" }, optional: {} },
    env: texts,
    capabilities: {
      required: {},
      optional: { bounding: texts, effective: texts, inheritable: texts, permitted: texts, ambient: texts },
    },
    rlimits: { list: { required: { type: "text", hard: "uint64", soft: "uint64" }, optional: {} } },
    noNewPrivileges: "bool",
    apparmorProfile: "text",
    selinuxLabel: "text",
    oomScoreAdj: "int32",
    scheduler: {
      required: { policy: "text" },
      optional: { nice: "int32", priority: "int32", flags: texts, runtime: "uint64", deadline: "uint64", period: "uint64" },
    },
    ioPriority: { required: {}, optional: { class: "text", priority: "int32" } },
    execCPUAffinity: { required: {}, optional: { initial: "text", final: "text" } },
  },
};

const mount: Shape<Mount> = {
  required: { destination: "text" },
  optional: { type: "text", source: "text", options: texts, uidMappings: idMappings, gidMappings: idMappings },
};

const hooks: List<Hook> = { list: { required: { path: "text" }, optional: { args: texts, env: texts, timeout: "int32" } } };

const hooksShape: Shape<Hooks> = {
  required: {},
  optional: { prestart: hooks, createRuntime: hooks, createContainer: hooks, startContainer: hooks, poststart: hooks, poststop: hooks },
};

export const specShape: Shape<Spec> = {
  required: {
    process: processShape,
    root: { required: { path: "text" }, optional: { readonly: "bool" } },
  },
  optional: {
    ociVersion: "text",
    hostname: "text",
    domainname: "text",
    mounts: { list: mount },
    hooks: hooksShape,
    annotations: { values: "text" },
    linux: linuxShape,
    vm: "object",
  },
};
