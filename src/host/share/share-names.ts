/** Names in the share: what the host calls a root file system or a volume. Pure. */
import { Fault } from "../../base/fault.ts";

const segment = /^[A-Za-z0-9_][A-Za-z0-9_.+@:-]*$/;
const longestSegment = 255;
const deepest = 4;

/** The parts of `name`; a Fault when it is no plain relative path. */
export function shareNameParts(name: string): readonly string[] {
  const parts = name.split("/");
  if (parts.length > deepest || !parts.every((part) => segment.test(part) && part.length <= longestSegment))
    throw new Fault(`share ${JSON.stringify(name.slice(0, 300))}: must be at most ${deepest} names of the form ${segment.source}`, {
      component: "share",
      code: "invalid",
    });
  return parts;
}
