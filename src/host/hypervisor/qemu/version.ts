/** What a QEMU program says of itself. */
import { Fault } from "../../../base/fault.ts";
import type { EventLoop } from "../../../sys/loop.ts";
import { versionWords } from "../../../sys/program-words.ts";

/** `7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)`. Throws when it is no QEMU, or does not answer. */
export async function qemuVersion(loop: EventLoop, program: string): Promise<string> {
  const words = await versionWords(loop, program);
  const version = /^QEMU emulator version (.+)$/m.exec(words)?.[1];
  if (version !== undefined) return version;
  throw new Fault(`ask ${program} for its version: it said ${JSON.stringify(words.slice(0, 200))}, which is no QEMU's`, {
    component: "qemu",
    code: "invalid-configuration",
  });
}
