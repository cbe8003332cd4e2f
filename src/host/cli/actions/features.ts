import { goJson } from "../../../base/go-json.ts";
import { featuresDocument } from "../features-document.ts";
import type { Action } from "./action.ts";

export const features: Action<"features"> = (_invocation, _rt, terminal) => {
  terminal.print(`${goJson(featuresDocument(), "    ")}\n`);
  return 0;
};
