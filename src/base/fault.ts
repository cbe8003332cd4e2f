/**
 * The one error class of the project: facts first, a sentence made of them. `operation subject: reason` in lower case;
 * wrapped once per layer with `cause`.
 */
export interface FaultFacts {
  /** The part of the machine that saw it first, e.g. `qemu`, `agent`, `cli`. */
  readonly component?: string;
  /** A word for programs: an errno name (`ENOENT`) or one of ours (`not-found`). */
  readonly code?: string;
  readonly cause?: unknown;
}

export class Fault extends Error {
  readonly component: string | undefined;
  readonly code: string | undefined;

  constructor(message: string, facts: FaultFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = "Fault";
    this.component = facts.component;
    this.code = facts.code;
  }
}

/** Every `code` in the chain of causes, outermost first, answers to this. */
export function hasCode(error: unknown, code: string): boolean {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    if ((e as { code?: unknown }).code === code) return true;
  }
  return false;
}

/** The chain as one line: `outer: inner: innermost`. A cause whose text its wrapper already ends with is not repeated. */
export function chainMessage(error: unknown): string {
  const parts: string[] = [];
  for (let e: unknown = error; e !== undefined && e !== null; e = e instanceof Error ? e.cause : undefined) {
    const text = e instanceof Error ? e.message : String(e);
    if (!parts.some((part) => part.endsWith(text))) parts.push(text);
  }
  return parts.join(": ");
}

/** The component of the innermost fault that names one: who saw it first. */
export function firstComponent(error: unknown): string | undefined {
  let found: string | undefined;
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    if (e instanceof Fault && e.component !== undefined) found = e.component;
  }
  return found;
}
