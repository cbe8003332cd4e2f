/** Kata's own commands. */
import type { Command } from "./option.ts";

const noReleases = "refused: releases are not looked up over the network";

export const check = () =>
  ({
    summary: "show whether virtual machines can run on this host",
    operands: "",
    arity: { exactly: 0 },
    about: [
      "Looks at the configuration, the programs and images it names, and what the kernel offers, and runs a tiny guest to see whether KVM works. Exit status 1 when a container could not be started.",
    ],
    options: [
      { name: "verbose", alias: "v", kind: "bool", meaning: "show every check, not only what is wrong" },
      { name: "strict", alias: "s", kind: "bool", meaning: "what only costs speed is wrong too" },
      { name: "no-network-checks", alias: "n", kind: "bool", meaning: "accepted without effect: the network is never asked" },
      { name: "check-version-only", kind: "bool", meaning: noReleases },
      { name: "include-all-releases", kind: "bool", meaning: noReleases },
      { name: "only-list-releases", kind: "bool", meaning: noReleases },
    ],
  }) as const satisfies Command;

export const env = () =>
  ({
    summary: "show versions, configuration and host",
    operands: "",
    arity: { exactly: 0 },
    about: ["Prints TOML, or JSON, for reports and scripts. With --explain: each value of the configuration, and where it comes from."],
    options: [
      { name: "json", kind: "bool", meaning: "print JSON" },
      { name: "explain", kind: "bool", meaning: "show each configuration value with the file and line that sets it" },
    ],
  }) as const satisfies Command;
