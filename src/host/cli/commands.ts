/** All commands by name, and the options before them. Functions, so that a start evaluates the one table it needs. */
import * as checkpoint from "./commands-checkpoint.ts";
import * as kata from "./commands-kata.ts";
import * as look from "./commands-look.ts";
import * as run from "./commands-run.ts";
import type { Option } from "./option.ts";

export const commands = {
  check: kata.check,
  checkpoint: checkpoint.checkpoint,
  create: run.create,
  delete: run.deleteCommand,
  "direct-volume": kata.directVolume,
  env: kata.env,
  events: look.events,
  exec: run.exec,
  factory: kata.factory,
  features: look.features,
  "kata-network": kata.network,
  kill: run.kill,
  list: look.list,
  metrics: kata.metrics,
  pause: look.pause,
  ps: look.ps,
  restore: checkpoint.restore,
  resume: look.resume,
  run: run.run,
  spec: look.spec,
  start: run.start,
  state: look.state,
  update: look.update,
  version: look.version,
} as const;

export type CommandName = keyof typeof commands;

/** Other names, of Kata 1.x. */
export const commandAliases: Readonly<Record<string, CommandName>> = { "kata-check": "check", "kata-env": "env" };

export function findCommand(name: string): CommandName | undefined {
  if (Object.hasOwn(commandAliases, name)) return commandAliases[name];
  return Object.hasOwn(commands, name) ? (name as CommandName) : undefined;
}

export const globalOptions = () =>
  [
    { name: "debug", kind: "bool", meaning: "log more" },
    { name: "log", kind: "text", meaning: "file for the log; default: standard error" },
    { name: "log-format", kind: "text", default: "text", meaning: "text or json" },
    { name: "root", kind: "text", meaning: "directory for the containers' state; default: /run/kata-containers" },
    { name: "systemd-cgroup", kind: "bool", meaning: "cgroupsPath has the form slice:prefix:name, and systemd makes the cgroup" },
    { name: "rootless", kind: "text", default: "auto", meaning: "whether cgroup permission errors count: true, false or auto" },
    { name: "config", alias: "kata-config", kind: "text", meaning: "the configuration file" },
    {
      name: "show-default-config-paths",
      alias: "kata-show-default-config-paths",
      kind: "bool",
      meaning: "show where the configuration is looked for, in order",
    },
    { name: "criu", kind: "text", hidden: true, meaning: "accepted without effect" },
    { name: "help", alias: "h", kind: "bool", meaning: "show this help" },
    { name: "version", alias: "v", kind: "bool", meaning: "show the version" },
  ] as const satisfies readonly Option[];
