/** What was found out about a program once, and holds until the host boots again or the program is another. */

export interface ProbeResult {
  readonly works: boolean;
  /** One sentence, also when it works. */
  readonly reason: string;
}

export interface ProbeMemory {
  /** The text kept last time; undefined when there is none. */
  read(): string | undefined;
  write(text: string): void;
}

export interface ProbeKey {
  readonly bootId: string;
  readonly program: string;
}

interface Kept extends ProbeResult, ProbeKey {}

/** What is kept for this boot and this program, else what `run` finds, kept from then on. That it cannot be kept is no failure. */
export async function rememberedProbe(memory: ProbeMemory, key: ProbeKey, run: () => Promise<ProbeResult>): Promise<ProbeResult> {
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
