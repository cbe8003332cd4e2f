/** Which virtiofsd it is. */
import { type ProbeMemory, type ProbeResult, rememberedProbe } from "../../base/remembered.ts";
import { bootId } from "../../sys/boot-memory.ts";
import { statIfPresent } from "../../sys/file.ts";
import type { EventLoop } from "../../sys/loop.ts";
import { versionWords } from "../../sys/program-words.ts";

/**
 * Whether the daemon can be told how long the guest may keep what it knows of a file: QEMU's, in C, can; the one in Rust has fixed
 * times. Asked once for a program and a boot of the host.
 */
export async function hasTimeout(loop: EventLoop, program: string, memory: ProbeMemory): Promise<boolean> {
  const file = statIfPresent(program);
  if (!file) return false; // starting it says so
  const key = { bootId: bootId(), program: `${program} ${file.size} ${file.mtimeNs}` };
  return (await rememberedProbe(memory, key, async () => kindOf(await versionWords(loop, program)))).works;
}

/** `words` is what it says when asked for its version. */
export function kindOf(words: string): ProbeResult {
  const works = /^using FUSE kernel interface version/m.test(words);
  return { works, reason: words.split("\n")[0] ?? "" };
}
