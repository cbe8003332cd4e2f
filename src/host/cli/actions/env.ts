import { stringify } from "smol-toml";
import { goJson } from "../../../base/go-json.ts";
import { readlink } from "../../../sys/file.ts";
import { ownProgram } from "../../../sys/process.ts";
import { machineFacts } from "../../runtime/host-check.ts";
import { deviceProblem, hostFacts } from "../../runtime/host-facts.ts";
import { envDocument, explainedJson, explainedText } from "../env-document.ts";
import type { Action } from "./action.ts";

export const env: Action<"env"> = async ({ options: { json, explain } }, rt, terminal) => {
  if (explain) {
    const values = await rt.explainConfiguration();
    terminal.print(json ? explainedJson(values) : explainedText(values));
    return 0;
  }
  const configuration = await rt.configuration();
  const document = envDocument({
    configuration,
    machine: await machineFacts(rt, configuration),
    host: hostFacts(),
    vsock: deviceProblem("/dev/vhost-vsock") === undefined,
    program: readlink(ownProgram),
  });
  terminal.print(json ? `${goJson(document, "  ")}\n` : stringify(document));
  return 0;
};
