/** Commands that bring a container to life and to its end, and run processes in it. */
import type { Command } from "./option.ts";

const bundle = { name: "bundle", alias: "b", kind: "text", meaning: "the bundle's directory; default: the current one" } as const;
const consoleSocket = {
  name: "console-socket",
  kind: "text",
  meaning: "path of a unix socket that receives a descriptor of the terminal's master end",
} as const;
const pidfdSocket = {
  name: "pidfd-socket",
  kind: "text",
  meaning: "path of a unix socket that receives a pidfd of the container's process",
} as const;
const pidFile = { name: "pid-file", kind: "text", meaning: "file to write the process id to" } as const;
const noPivot = {
  name: "no-pivot",
  kind: "bool",
  meaning: "accepted without effect: the guest's root file system is never a ramdisk of the host",
} as const;
const noNewKeyring = {
  name: "no-new-keyring",
  kind: "bool",
  meaning: "accepted without effect: the guest's keyrings are its own",
} as const;
const preserveFds = {
  name: "preserve-fds",
  kind: "integer",
  default: 0,
  meaning: "number of descriptors from 3 on to pass to the process",
} as const;
const detach = {
  name: "detach",
  alias: "d",
  kind: "bool",
  meaning: "return once the process runs instead of waiting for its end",
} as const;
const noSubreaper = {
  name: "no-subreaper",
  kind: "bool",
  meaning: "accepted without effect: processes of the guest are reaped there",
} as const;

const idMeaning = "<container-id> is a name of your choice, unique on this host: letters, digits and _ + . -";

export const create = () =>
  ({
    summary: "create a container",
    operands: "<container-id>",
    arity: { exactly: 1 },
    about: [
      "Makes a container from the bundle: boots a virtual machine for it (or uses the pod's), sets the container up in it and stops just before the user's program. `start` lets that go.",
      idMeaning,
    ],
    options: [bundle, consoleSocket, pidfdSocket, pidFile, noPivot, noNewKeyring, preserveFds],
  }) as const satisfies Command;

export const run = () =>
  ({
    summary: "create and run a container",
    operands: "<container-id>",
    arity: { exactly: 1 },
    about: [
      "Creates the container, starts it, waits for its end and deletes it. The exit status is the container's, 128 + N when signal N ended it.",
      idMeaning,
    ],
    options: [
      bundle,
      consoleSocket,
      pidfdSocket,
      detach,
      { name: "keep", kind: "bool", meaning: "do not delete the container after its end" },
      pidFile,
      noSubreaper,
      noPivot,
      noNewKeyring,
      preserveFds,
    ],
  }) as const satisfies Command;

export const start = () =>
  ({
    summary: "run the user's program in a created container",
    operands: "<container-id>",
    arity: { exactly: 1 },
    options: [],
  }) as const satisfies Command;

export const kill = () =>
  ({
    summary: "send a signal to a container's first process (default: SIGTERM)",
    operands: "<container-id> [signal]",
    arity: { least: 1, most: 2 },
    about: ["[signal] is a name in any case, with or without SIG, or a number."],
    options: [{ name: "all", alias: "a", kind: "bool", hidden: true, meaning: "signal all processes of the container" }],
  }) as const satisfies Command;

export const deleteCommand = () =>
  ({
    summary: "delete a container that was created or has stopped",
    operands: "<container-id>",
    arity: { exactly: 1 },
    options: [
      {
        name: "force",
        alias: "f",
        kind: "bool",
        meaning: "kill the container first if it runs; a container that is not there is no error",
      },
    ],
  }) as const satisfies Command;

export const exec = () =>
  ({
    summary: "run another process in a container",
    operands: "<container-id> <command> [arguments...] || --process process.json <container-id>",
    arity: { least: 1 },
    endsAtOperand: true,
    about: [
      "Options end at <container-id>: what follows is the command's. The exit status is the process's; 255 when it could not be run.",
    ],
    options: [
      consoleSocket,
      pidfdSocket,
      { name: "cwd", kind: "text", meaning: "working directory in the container" },
      { name: "env", alias: "e", kind: "texts", meaning: "environment variable NAME=value to add" },
      { name: "tty", alias: "t", kind: "bool", meaning: "give the process a terminal" },
      { name: "user", alias: "u", kind: "text", meaning: "user to run as: UID[:GID]" },
      { name: "additional-gids", alias: "g", kind: "texts", meaning: "additional group id" },
      {
        name: "process",
        alias: "p",
        kind: "text",
        meaning: "file with the process as JSON; other options about the process do not count then",
      },
      detach,
      pidFile,
      { name: "process-label", kind: "text", meaning: "SELinux label of the process" },
      { name: "apparmor", kind: "text", meaning: "AppArmor profile of the process" },
      { name: "no-new-privs", kind: "bool", meaning: "the process cannot gain privileges by exec" },
      { name: "cap", alias: "c", kind: "texts", meaning: "capability to add" },
      preserveFds,
      { name: "cgroup", kind: "texts", meaning: "existing sub-cgroup to run in: [CONTROLLER[,...]:]PATH" },
      { name: "ignore-paused", kind: "bool", meaning: "in a paused container, wait for its resume instead of failing" },
      { name: "no-subreaper", kind: "bool", hidden: true, meaning: noSubreaper.meaning },
    ],
  }) as const satisfies Command;
