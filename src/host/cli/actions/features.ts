import { goJson } from "../../../base/go-json.ts";
import { seccompVersion } from "../../../sys/seccomp.ts";
import { featuresDocument } from "../../runtime/features-document.ts";
import { compilableArchitectures } from "../../seccomp/compile.ts";
import type { Action } from "./action.ts";

export const features: Action<"features"> = (_invocation, _rt, terminal) => {
  const document = featuresDocument({ version: seccompVersion(), architectures: compilableArchitectures() });
  terminal.print(`${goJson(document, "    ")}\n`);
  return 0;
};
