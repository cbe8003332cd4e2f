import { parseContainerId } from "../../../oci/container-id.ts";
import { absolutePath } from "../../../sys/file.ts";
import { runContainer } from "../../runtime/run.ts";
import type { Action } from "./action.ts";
import { refusePassedDescriptors } from "./passed-descriptors.ts";

export const run: Action<"run"> = ({ options, operands: [id] }, rt) => {
  refusePassedDescriptors(options);
  const { consoleSocket, pidfdSocket, pidFile, detach, keep } = options;
  return runContainer(rt, {
    id: parseContainerId(id),
    bundle: absolutePath(options.bundle || "."),
    detached: detach,
    keep,
    ...(consoleSocket && { consoleSocket }),
    ...(pidfdSocket && { pidfdSocket }),
    ...(pidFile && { pidFile: absolutePath(pidFile) }),
  });
};
