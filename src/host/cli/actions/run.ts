import { parseContainerId } from "../../../oci/container-id.ts";
import { absolutePath } from "../../../sys/file.ts";
import { runContainer } from "../../runtime/run.ts";
import type { Action } from "./action.ts";
import { refuseUnfinished } from "./unfinished.ts";

export const run: Action<"run"> = ({ options, operands: [id] }, rt) => {
  refuseUnfinished(options);
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
