/** Line counters of an instrumented build; nothing in others. */
import { encodeUtf8 } from "../../base/text.ts";
import { guestShare } from "../../protocol/guest-paths.ts";
import { close, O, open, statIfPresent, writeAll } from "../../sys/file.ts";
import { wallClockNs } from "../../sys/loop.ts";
import { processId } from "../../sys/process.ts";

const directory = `${guestShare}/.coverage`;

/** Writes them where the host collects them, when it offers such a place. */
export function writeCoverage(): void {
  const counters: unknown = (globalThis as { __coverage__?: unknown }).__coverage__;
  if (counters === undefined || !statIfPresent(directory)) return;
  const fd = open(`${directory}/agent-${wallClockNs()}-${processId()}.json`, O.WRONLY | O.CREAT | O.EXCL, { mode: 0o644 });
  writeAll(fd, encodeUtf8(JSON.stringify(counters)));
  close(fd);
}
