/** Removing everything that the factory has made, of whatever configuration. */
import { chainMessage, Fault } from "../../base/fault.ts";
import { sleep } from "../../base/timers.ts";
import { listDirectory, rmdirIfEmpty } from "../../sys/directory.ts";
import { readTextFile, statIfPresent, unlinkIfPresent } from "../../sys/file.ts";
import { isErrno } from "../../sys/syscall.ts";
import { removeLockFile, tryLockFile } from "../factory/lock-file.ts";
import { removeTemplate, templateKeys } from "../factory/template-place.ts";
import { endReserve, listReserves, removeEmptyKey, reserveKeys } from "../sandbox/reserve-place.ts";
import type { Runtime } from "./context.ts";

/** Somebody who claims a reserve holds it no longer than this. */
const claimedMs = 1000;
const retryMs = 20;
const lockMs = 5000;

/** Sandboxes that were claimed go on; so does whoever builds a template at this moment, who then notices that it is gone. */
export async function destroyFactory(rt: Runtime, templatePath: string, reservePath: string): Promise<void> {
  await endReserves(rt, reservePath);
  for (const key of templateKeys(templatePath)) await removeTemplate(templatePath, key, rt.loop, lockMs);
  rmdirIfEmpty(templatePath);
  removeReservePlace(rt, reservePath);
}

/** Builders are among them: a template is only built for a reserve. */
async function endReserves(rt: Runtime, reservePath: string): Promise<void> {
  const deadline = rt.loop.nowMs() + claimedMs;
  for (;;) {
    for (const reserve of listReserves(reservePath)) await endReserve(reservePath, reserve, rt);
    const [left] = listReserves(reservePath);
    if (!left) return;
    if (rt.loop.nowMs() > deadline)
      throw new Fault(`end ${left.id}: another command has held it for ${claimedMs} ms`, { component: "factory", code: "locked" });
    await sleep(rt.loop, retryMs);
  }
}

function removeReservePlace(rt: Runtime, reservePath: string): void {
  if (!statIfPresent(reservePath)) return;
  for (const key of reserveKeys(reservePath)) removeEmptyKey(reservePath, key);
  for (const name of listDirectory(reservePath)) {
    const path = `${reservePath}/${name}`;
    if (/^slot\.\d+\.lock$/.test(name)) {
      const fd = tryLockFile(path);
      if (fd !== undefined) removeLockFile(path, fd);
    } else if (name.endsWith(".json"))
      unlinkIfPresent(path); // what was found out about programs in this boot
    else if (name === "share" && !isMountedSomewhere(path)) rmdirIfEmpty(path);
  }
  if (!rmdirIfEmpty(reservePath)) rt.logger.debug(`${reservePath}: sandboxes that came from there still use it`);
}

/**
 * By any process, in any mount namespace: removing the directory would take the mount away from it. Sandboxes that were
 * claimed have their share there.
 */
function isMountedSomewhere(path: string): boolean {
  return listDirectory("/proc").some((pid) => /^\d+$/.test(pid) && mountsOf(pid).includes(` ${path} `));
}

function mountsOf(pid: string): string {
  try {
    return readTextFile(`/proc/${pid}/mountinfo`, 16 << 20);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH", "EACCES", "EINVAL")) return "";
    throw new Fault(`look at the mounts of process ${pid}: ${chainMessage(error)}`, { component: "factory", cause: error });
  }
}
