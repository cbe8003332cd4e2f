import { Fault } from "../../../base/fault.ts";
import { encodeUtf8 } from "../../../base/text.ts";
import { defaultSpecText } from "../../../oci/default-spec.ts";
import { specVersion } from "../../../oci/state.ts";
import { close, O, open, writeAll } from "../../../sys/file.ts";
import { effectiveGid, effectiveUid } from "../../../sys/process.ts";
import { fileSystemType } from "../../../sys/statfs.ts";
import { type Fd, isErrno } from "../../../sys/syscall.ts";
import type { Action } from "./action.ts";

const cgroup2 = 0x63677270;

export const spec: Action<"spec"> = ({ options }) => {
  const path = `${options.bundle || "."}/config.json`;
  const text = defaultSpecText({
    ociVersion: specVersion,
    cgroupV2: fileSystemType("/sys/fs/cgroup") === cgroup2,
    ...(options.rootless && { rootless: { uid: effectiveUid(), gid: effectiveGid() } }),
  });
  const fd = openNew(path);
  try {
    writeAll(fd, encodeUtf8(text), path);
  } finally {
    close(fd);
  }
  return 0;
};

function openNew(path: string): Fd {
  try {
    return open(path, O.WRONLY | O.CREAT | O.EXCL);
  } catch (error) {
    if (isErrno(error, "EEXIST")) throw new Fault("File config.json exists. Remove it first", { component: "cli", code: "EEXIST" });
    throw error;
  }
}
