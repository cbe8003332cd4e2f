/** Where this runtime means to differ from Debian's runc 1.1.5, with the reason. */

interface Difference {
  readonly reason: string;
  readonly kata: unknown;
  readonly runc: unknown;
}

export const differences = {
  version: {
    reason: "--version names this program and has no lines about Go and libseccomp",
    kata: /^kata-runtime version \S+\ncommit: \S+\nspec: 1\.3\.0\n$/,
    runc: /^runc version \S+\ncommit: \S+\nspec: \S+\ngo: \S+\nlibseccomp: \S+\n$/,
  },
  versionCommand: { reason: "`version` is a command of Kata's", kata: 0, runc: 3 },
  closedStreams: {
    reason: "a closed standard stream is /dev/null, as in each runc that newer Go made",
    kata: [
      [0, "", "err\n"],
      [0, "out\n", ""],
      [0, "out\n", ""],
      [4, "", ""],
    ],
    runc: [
      [141, "", ""],
      [141, "out\n", ""],
      [0, "out\n", ""],
      [4, "", ""],
    ],
  },
  sizeAtOnce: {
    reason: "runc sets the size when the process may run already, and now and then it has none",
    kata: /^43 132\r\nready\r\n$/,
    runc: /^(43 132|stty: .*)\r\nready\r\n$/,
  },
  umaskOfExec: { reason: "the container's umask counts for exec too, as the specification has it", kata: "0027\n", runc: "0022\n" },
  missingRoot: { reason: "as in runc 1.5, a state directory that was named and is not there is an error for list", kata: 1, runc: 0 },
  rootSlash: {
    reason: "as in runc 1.5, the root directory is refused as state directory",
    kata: /Option --root argument should not be set to \//,
    runc: /load container/,
  },
} as const satisfies Record<string, Difference>;
