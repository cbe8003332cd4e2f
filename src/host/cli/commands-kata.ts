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

export const factory = () =>
  ({
    summary: "make, show or remove templates and sandboxes in reserve",
    operands: "init|status|destroy",
    arity: { exactly: 1 },
    about: [
      "init builds the template of the configured virtual machine unless it is there, and puts a sandbox in reserve when the configuration wants any; otherwise the first containers do that in the background. status shows templates, what they were made of and what they take, and the sandboxes in reserve. destroy ends all sandboxes in reserve and removes all templates; containers go on.",
    ],
    options: [{ name: "json", kind: "bool", meaning: "status as JSON" }],
  }) as const satisfies Command;

export const network = () =>
  ({
    summary: "show or change the network of a sandbox",
    operands: "add-iface|del-iface|list-ifaces|update-routes|list-routes <container-id> [file]",
    arity: { least: 2, most: 3 },
    about: [
      "add-iface gives the virtual machine a card for a link of the container's network namespace: the JSON object in [file] names it as `device`; `name`, `mtu` and `IPAddresses` say how the guest sees it, by default as the link is. del-iface takes the card away again; the link gets none until add-iface.",
      "update-routes replaces the guest's routes by the JSON list in [file]; from then on those of the network namespace are not followed.",
      "list-ifaces and list-routes print JSON. [file] is - for standard input.",
      "Links, addresses and routes that come to the network namespace by themselves are followed without these commands.",
    ],
    options: [],
  }) as const satisfies Command;

export const metrics = () =>
  ({
    summary: "show the metrics of a sandbox",
    operands: "<sandbox-id>",
    arity: { exactly: 1 },
    about: [
      "Prints what the guest, the virtual machine monitor, the share's daemon and the sandbox process take, in Prometheus' text format and under Kata's names. kata-monitor serves the same of all sandboxes over HTTP.",
    ],
    options: [],
  }) as const satisfies Command;

export const directVolume = () =>
  ({
    summary: "say that a volume is a device for the guest",
    operands: "add|remove|stats|resize",
    arity: { exactly: 1 },
    about: [
      "For storage drivers. add says that the volume at --volume-path, a directory that containers bind, is a block device or an image: containers that are made later have it as a disk instead of the directory. remove takes that back; containers that have it go on.",
      '--mount-info is a JSON object: "volume-type" (block), "device", "fstype", "options" (a list), "metadata" with "fsGroup".',
      "The host must not have the device mounted.",
      "stats prints how much of a volume that a container has is in use, as JSON. resize makes its image, its disk in the machine and the ext4 or xfs file system on that larger while containers use it; a device of the host must be that large already.",
    ],
    options: [
      { name: "volume-path", kind: "text", meaning: "the volume's directory" },
      { name: "mount-info", kind: "text", meaning: "what the volume is, as JSON" },
      { name: "size", kind: "text", meaning: "of resize: bytes" },
    ],
  }) as const satisfies Command;
