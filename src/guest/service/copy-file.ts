/** CopyFile: a file of the host arrives in pieces, for hosts that share no directory. */
import { Fault } from "../../base/fault.ts";
import { decodeUtf8 } from "../../base/text.ts";
import type { CopyFileRequest } from "../../protocol/gen/agent.ts";
import { guestShare } from "../../protocol/guest-paths.ts";
import { removeTree } from "../../sys/directory.ts";
import {
  chmod,
  chown,
  close,
  fileType,
  mkdirAll,
  mkdirIfMissing,
  O,
  open,
  rename,
  symlink,
  truncate,
  unlinkIfPresent,
} from "../../sys/file.ts";
import { writeAt } from "../../sys/system.ts";

/** What came so, by the first name below the share: our host calls that by the container's id. */
export class CopiedFiles {
  readonly #names = new Set<string>();

  take(request: CopyFileRequest): void {
    copyFile(request);
    const [name = ""] = request.path.slice(guestShare.length + 1).split("/");
    this.#names.add(name);
  }

  /** Of a container that is gone. */
  remove(containerId: string): void {
    if (this.#names.delete(containerId)) removeTree(`${guestShare}/${containerId}`);
  }
}

/** `fileMode` is an st_mode with its type: a regular file (pieces by offset), a directory, or a link (data is its target). */
function copyFile(request: CopyFileRequest): void {
  const { path, fileMode, uid, gid } = request;
  assertInShare(path);
  mkdirAll(path.slice(0, path.lastIndexOf("/")), request.dirMode & 0o7777 || 0o750);
  switch (fileMode & fileType.mask) {
    case fileType.directory:
      mkdirIfMissing(path, 0o700);
      break;
    case fileType.link:
      unlinkIfPresent(path);
      symlink(decodeUtf8(request.data), path);
      chown(path, uid, gid);
      return;
    case fileType.regular:
    case 0:
      if (!writePiece(request)) return;
      break;
    default:
      throw new Fault(`copy file ${path}: mode 0${fileMode.toString(8)} is neither a file nor a directory nor a link`, {
        component: "agent",
        code: "invalid-argument",
      });
  }
  chown(path, uid, gid);
  chmod(path, fileMode & 0o7777);
}

function assertInShare(path: string): void {
  if (path.startsWith(`${guestShare}/`) && !path.split("/").includes("..")) return;
  throw new Fault(`copy file ${JSON.stringify(path)}: must be below ${guestShare}`, { component: "agent", code: "invalid-argument" });
}

/** The file appears under its name when its last piece is there: true then. */
function writePiece({ path, fileSize, offset, data }: CopyFileRequest): boolean {
  const end = offset + data.length;
  if (offset < 0 || end > fileSize)
    throw new Fault(`copy file ${path}: piece from ${offset} to ${end} of ${fileSize} bytes`, {
      component: "agent",
      code: "invalid-argument",
    });
  const partial = `${path}.tmp`;
  const fd = open(partial, O.WRONLY | O.CREAT, { mode: 0o600 });
  try {
    if (offset === 0) truncate(fd, 0);
    writeAt(fd, data, offset);
  } finally {
    close(fd);
  }
  if (end < fileSize) return false;
  rename(partial, path);
  return true;
}
