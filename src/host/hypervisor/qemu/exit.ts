/** Why a machine ended, from what QEMU said last. */
import type { ExitReason } from "../vm.ts";

export interface LastWords {
  /** `reason` of the SHUTDOWN event, when there was one (qapi/run-state.json, ShutdownCause). */
  readonly shutdown: string | undefined;
  /** A GUEST_PANICKED event came (a pvpanic device). */
  readonly panicked: boolean;
  /** We ended it. */
  readonly stopped: boolean;
  readonly console: string;
}

/** With `panic=-1` a kernel's panic looks like a reset: the console tells them apart. */
export function exitReason(words: LastWords): ExitReason {
  const { shutdown } = words;
  if (words.panicked || shutdown === "guest-panic") return "guest-panic";
  if (shutdown === "guest-shutdown") return "guest-shutdown";
  if (shutdown === "guest-reset") return /^.*Kernel panic - not syncing/m.test(words.console) ? "guest-panic" : "guest-reset";
  return words.stopped || shutdown?.startsWith("host-") ? "host" : "unknown";
}
