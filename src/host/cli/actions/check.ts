import { Fault } from "../../../base/fault.ts";
import { checkHost, type Finding } from "../../runtime/host-check.ts";
import type { Action } from "./action.ts";

export const check: Action<"check"> = async ({ options }, rt, terminal) => {
  const { verbose, strict, checkVersionOnly, includeAllReleases, onlyListReleases } = options;
  if (checkVersionOnly || includeAllReleases || onlyListReleases)
    throw new Fault("check: releases are not looked up over the network, must be without options about them", {
      component: "cli",
      code: "unsupported",
    });
  const findings = await checkHost(rt);
  const wrong = findings.filter(({ verdict }) => verdict === "bad" || (strict && verdict === "slow"));
  terminal.print(table(findings.filter(({ verdict }) => verbose || verdict === "bad" || verdict === "slow")));
  if (wrong.length > 0) {
    const reasons = wrong.map(({ subject, text }) => `${subject}: ${text}`).join("; ");
    throw new Fault(`System is not capable of running Kata Containers: ${reasons}`, { component: "cli", code: "unsupported" });
  }
  terminal.print("System is capable of running Kata Containers\n");
  return 0;
};

function table(findings: readonly Finding[]): string {
  const width = Math.max(0, ...findings.map(({ subject }) => subject.length));
  return findings.map(({ verdict, subject, text }) => `${verdict.padEnd(4)}  ${subject.padEnd(width)}  ${text}\n`).join("");
}
