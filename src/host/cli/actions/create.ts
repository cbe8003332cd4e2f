import { parseContainerId } from "../../../oci/container-id.ts";
import { absolutePath } from "../../../sys/file.ts";
import { createContainer } from "../../runtime/create.ts";
import type { Action } from "./action.ts";
import { passedDescriptors } from "./passed-descriptors.ts";

export const create: Action<"create"> = async ({ options, operands: [id] }, rt) => {
  const passed = passedDescriptors(options, true);
  const { consoleSocket, pidfdSocket, pidFile } = options;
  const { sandbox } = await createContainer(rt, {
    id: parseContainerId(id),
    bundle: absolutePath(options.bundle || "."),
    detached: true,
    ...(consoleSocket && { consoleSocket }),
    ...(pidfdSocket && { pidfdSocket }),
    passed,
    ...(pidFile && { pidFile: absolutePath(pidFile) }),
  });
  sandbox.close();
  return 0;
};
