/**
 * Whether KVM really works here. /dev/kvm may be there and open and yet run no guest: a nested, paravirtual KVM that
 * interprets each instruction was seen, under which Debian's kernel is not through its first second after an hour.
 * So a small guest is run once a boot of the host; what came out is kept in a file.
 */
import { Fault } from "../../base/fault.ts";
import type { Accelerator } from "./vm.ts";

export interface ProbeResult {
  readonly works: boolean;
  /** One sentence, also when it works. */
  readonly reason: string;
}

export interface Choice {
  readonly accelerator: Accelerator;
  /** Why, for the log and `check`. */
  readonly reason: string;
}

/** `auto` takes kvm where it works. A demanded kvm that does not work is a Fault that says why. */
export async function chooseAccelerator(wanted: Accelerator | "auto", probe: () => Promise<ProbeResult>): Promise<Choice> {
  if (wanted === "tcg") return { accelerator: "tcg", reason: "tcg is configured" };
  const { works, reason } = await probe();
  if (works) return { accelerator: "kvm", reason };
  if (wanted === "kvm") throw new Fault(`use kvm: ${reason}; "auto" falls back to tcg`, { component: "kvm", code: "unsupported" });
  return { accelerator: "tcg", reason };
}

export interface ProbeMemory {
  /** The text kept last time; undefined when there is none. */
  read(): string | undefined;
  write(text: string): void;
}

interface Kept extends ProbeResult {
  readonly bootId: string;
  readonly program: string;
}

/** What is kept for this boot and this VMM, else what `run` finds, kept from then on. That it cannot be kept is no failure. */
export async function rememberedProbe(
  memory: ProbeMemory,
  key: { readonly bootId: string; readonly program: string },
  run: () => Promise<ProbeResult>,
): Promise<ProbeResult> {
  const kept = parseKept(memory.read());
  if (kept && kept.bootId === key.bootId && kept.program === key.program) return { works: kept.works, reason: kept.reason };
  const { works, reason } = await run();
  try {
    memory.write(JSON.stringify({ ...key, works, reason } satisfies Kept));
  } catch {
    // the next start finds out again
  }
  return { works, reason };
}

function parseKept(text: string | undefined): Kept | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as Partial<Kept> | null;
    const { bootId, program, works, reason } = value ?? {};
    if (typeof bootId !== "string" || typeof program !== "string" || typeof works !== "boolean" || typeof reason !== "string")
      return undefined;
    return { bootId, program, works, reason };
  } catch {
    return undefined; // a file of another version: found out again
  }
}
