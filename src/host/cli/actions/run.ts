import { parseContainerId } from "../../../oci/container-id.ts";
import { absolutePath } from "../../../sys/file.ts";
import { runContainer } from "../../runtime/run.ts";
import type { Action } from "./action.ts";
import { passedDescriptors } from "./passed-descriptors.ts";

export const run: Action<"run"> = ({ options, operands: [id] }, rt) => {
  const passed = passedDescriptors(options, true);
  const { consoleSocket, pidfdSocket, pidFile, detach, keep } = options;
  return runContainer(rt, {
    id: parseContainerId(id),
    bundle: absolutePath(options.bundle || "."),
    detached: detach,
    keep,
    ...(consoleSocket && { consoleSocket }),
    ...(pidfdSocket && { pidfdSocket }),
    passed,
    ...(pidFile && { pidFile: absolutePath(pidFile) }),
  });
};
