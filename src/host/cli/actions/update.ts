import { decodeUtf8 } from "../../../base/text.ts";
import { parseContainerId } from "../../../oci/container-id.ts";
import { maxSpecBytes, parseResources } from "../../../oci/parse.ts";
import { readAll, readTextFile } from "../../../sys/file.ts";
import type { Fd } from "../../../sys/syscall.ts";
import { updateContainer } from "../../runtime/update.ts";
import { resourcesOfOptions } from "../update-resources.ts";
import type { Action } from "./action.ts";

const stdin = 0 as Fd;

export const update: Action<"update"> = async ({ options, operands: [id] }, rt) => {
  const { resources: file } = options;
  const resources = file ? parseResources(readDocument(file), file === "-" ? "standard input" : file) : resourcesOfOptions(options);
  await updateContainer(rt, parseContainerId(id), resources);
  return 0;
};

function readDocument(file: string): string {
  return file === "-" ? decodeUtf8(readAll(stdin, maxSpecBytes, "standard input")) : readTextFile(file, maxSpecBytes);
}
