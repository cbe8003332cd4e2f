/** CopyFile: a file of the host arrives in pieces, for hosts that share no directory, and for volumes that programs watch. */
import { Fault } from "../../base/fault.ts";
import { decodeUtf8 } from "../../base/text.ts";
import type { CopyFileRequest } from "../../protocol/gen/agent.ts";
import { guestCopies, guestShare } from "../../protocol/guest-paths.ts";
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

/** Where copies may be, by container: our host calls the first name below by its id. */
const places = [guestShare, guestCopies];

/** What came so. */
export class CopiedFiles {
  readonly #tops = new Set<string>();

  take(request: CopyFileRequest): void {
    const place = placeOf(request.path);
    if (request.gone) removeTree(request.path);
    else {
      copyFile(request);
      const [name = ""] = request.path.slice(place.length + 1).split("/");
      this.#tops.add(`${place}/${name}`);
    }
  }

  /** Of a container that is gone. */
  remove(containerId: string): void {
    for (const place of places) {
      const top = `${place}/${containerId}`;
      if (this.#tops.delete(top)) removeTree(top);
    }
  }
}

/** `fileMode` is an st_mode with its type: a regular file (pieces by offset), a directory, or a link (data is its target). */
function copyFile(request: CopyFileRequest): void {
  const { path, fileMode, uid, gid } = request;
  mkdirAll(path.slice(0, path.lastIndexOf("/")), request.dirMode & 0o7777 || 0o750);
  switch (fileMode & fileType.mask) {
    case fileType.directory:
      mkdirIfMissing(path, 0o700);
      break;
    case fileType.link:
      placeLink(path, decodeUtf8(request.data), { uid, gid });
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

function placeOf(path: string): string {
  const place = places.find((each) => path.startsWith(`${each}/`));
  if (place !== undefined && !path.split("/").includes("..")) return place;
  throw new Fault(`copy file ${JSON.stringify(path)}: must be below ${places.join(" or ")}`, {
    component: "agent",
    code: "invalid-argument",
  });
}

/** No key of a ConfigMap has such a name. */
const partialOf = (path: string): string => `${path}~`;

/** At once: who follows the link comes to the old files or the new ones. */
function placeLink(path: string, target: string, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  const partial = partialOf(path);
  unlinkIfPresent(partial);
  symlink(target, partial);
  chown(partial, uid, gid);
  rename(partial, path);
}

/** The file appears under its name when its last piece is there: true then. */
function writePiece({ path, fileSize, offset, data }: CopyFileRequest): boolean {
  const end = offset + data.length;
  if (offset < 0 || end > fileSize)
    throw new Fault(`copy file ${path}: piece from ${offset} to ${end} of ${fileSize} bytes`, {
      component: "agent",
      code: "invalid-argument",
    });
  const partial = partialOf(path);
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
