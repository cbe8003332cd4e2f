/** `delete`: what containerd runs when a shim has gone or does not answer. Nothing of the container is left after it. */
import { parseContainerId } from "../../oci/container-id.ts";
import { encodeDeleteResponse } from "../../protocol/gen/task.ts";
import { isSocket, readTextFile, statIfPresent, unlinkIfPresent } from "../../sys/file.ts";
import { wallClockNs } from "../../sys/loop.ts";
import { kill, SIGKILL } from "../../sys/process.ts";
import { isErrno } from "../../sys/syscall.ts";
import type { Runtime } from "../runtime/context.ts";
import { deleteContainer } from "../runtime/delete.ts";
import { timestamp } from "./any.ts";
import { checkNames, type ShimArguments } from "./arguments.ts";
import { removePodFiles } from "./pod-files.ts";
import { unmountRootfs } from "./rootfs.ts";
import { shimName } from "./start.ts";

const killedStatus = 137;

/** The bytes for standard output. Idempotent; a pod goes on when it is told to delete another of its containers. */
export async function cleanUp(args: ShimArguments, bundle: string, runtime: Runtime): Promise<Uint8Array> {
  checkNames(args);
  const id = parseContainerId(args.id);
  const pid = runtime.store.read(id)?.process.pid ?? 0;
  endShim(bundle, id);
  await deleteContainer(runtime, id, true);
  removePodFiles(bundle);
  unmountRootfs(bundle);
  return encodeDeleteResponse({ pid, exitStatus: killedStatus, exitedAt: timestamp(wallClockNs()) });
}

/** Only of the sandbox whose first container this is: one that hangs would go on making things. */
function endShim(bundle: string, id: string): void {
  const path = `${bundle}/shim.pid`;
  if (!statIfPresent(path)) return;
  const pid = Number(readTextFile(path, 64));
  if (!Number.isSafeInteger(pid) || pid < 2) return;
  try {
    const argv = readTextFile(`/proc/${pid}/cmdline`, 1 << 16).split("\0");
    if (argv[0] === shimName && argv[argv.indexOf("-id") + 1] === id) kill(pid, SIGKILL);
  } catch (error) {
    if (!isErrno(error, "ENOENT", "ESRCH")) throw error;
  }
  removeSocket(bundle);
}

/** A shim that was killed could not do it. */
function removeSocket(bundle: string): void {
  const file = `${bundle}/address`;
  if (!statIfPresent(file)) return;
  const path = readTextFile(file, 4096).replace(/^unix:\/\//, "");
  const found = statIfPresent(path);
  if (found && isSocket(found)) unlinkIfPresent(path);
}
