/** What a VM that does not come up is said to suffer from: who saw it first, and the console's last lines. Pure. */
import { Fault, type FaultFacts } from "../../base/fault.ts";

/** How far the guest came; the hypervisor's BootPhase. */
export type Phase = "vmm" | "kernel" | "agent";

export interface Exit {
  readonly code: number;
  readonly reason: string;
  readonly stderr: string;
}

/** What is known when a boot is given up. */
export interface Scene {
  /** The VMM's name. */
  readonly driver: string;
  readonly phase: Phase;
  readonly console: string;
  /** The machine ended; absent: the time ran out, or the agent answered wrongly. */
  readonly exit?: Exit;
  readonly timeoutMs: number;
  /** For a processor; not counted. */
  readonly waitedMs: number;
  readonly cause?: unknown;
}

/** A Fault that also carries the whole tail of the console; its message has the last lines. */
export class BootFault extends Fault {
  readonly phase: Phase;
  readonly console: string;

  constructor(message: string, scene: Scene, facts: FaultFacts) {
    super(message, facts);
    this.name = "BootFault";
    this.phase = scene.phase;
    this.console = scene.console;
  }
}

const shownLines = 12;
const shownCharacters = 1200;

export function bootFault(scene: Scene): BootFault {
  const { component, what } = scene.exit ? ended(scene, scene.exit) : silent(scene);
  const facts = { component, code: "boot-failed", ...(scene.cause !== undefined && { cause: scene.cause }) };
  return new BootFault(`boot vm: ${what}; ${consoleEnd(scene.console)}`, scene, facts);
}

interface Diagnosis {
  readonly component: string;
  readonly what: string;
}

function ended({ driver, phase, console }: Scene, exit: Exit): Diagnosis {
  const words = exit.stderr === "" ? "" : `: ${oneLine(exit.stderr)}`;
  switch (exit.reason) {
    case "guest-panic":
      // the kernel panics when PID 1, the agent, ends or cannot be started
      return /Attempted to kill init|No working init found|Failed to execute \/init/.test(console)
        ? { component: "agent", what: "the agent ended or could not be started, and the kernel panicked" }
        : { component: "kernel", what: "the kernel panicked" };
    case "guest-reset":
      return { component: phase === "agent" ? "agent" : "kernel", what: `the guest reset itself ${before(phase)}` };
    case "guest-shutdown":
      return { component: "agent", what: `the guest powered itself off ${before(phase)}` }; // a kernel by itself never does
    case "host":
      return { component: driver, what: `${driver} was stopped ${before(phase)}` };
    default:
      return { component: driver, what: `${driver} ended with code ${exit.code} ${before(phase)}${words}` };
  }
}

function before(phase: Phase): string {
  switch (phase) {
    case "vmm":
      return "before its kernel said anything";
    case "kernel":
      return "before the agent opened its channel";
    case "agent":
      return "before the agent answered";
  }
}

function silent({ driver, phase, timeoutMs, waitedMs, cause }: Scene): Diagnosis {
  const starved = waitedMs < 1000 ? "" : ` beside ${Math.round(waitedMs / 1000)} s of waiting for a processor`;
  const time = `within ${timeoutMs / 1000} s${starved}`;
  if (phase === "vmm") return { component: "kernel", what: `${driver} runs, but the kernel said nothing ${time}` };
  if (phase === "kernel") return { component: "agent", what: `the kernel runs, but the agent did not open its channel ${time}` };
  return {
    component: "agent",
    what: cause === undefined ? `the agent opened its channel, but did not answer ${time}` : "the handshake with the agent failed",
  };
}

/** For one line of a log or of stderr. */
function consoleEnd(console: string): string {
  if (console === "") return "the guest's console is empty";
  const lines = console.split("\n").filter((line) => line.trim() !== "");
  const panic = lines.findLastIndex((line) => line.includes("Kernel panic - not syncing"));
  // behind a panic come a dozen lines of registers and addresses; what led to it stands before
  const text = lines
    .slice(0, panic >= 0 ? panic + 1 : lines.length)
    .slice(-shownLines)
    .join(" | ");
  return `the guest's console ends: ${text.length > shownCharacters ? `...${text.slice(-shownCharacters)}` : text}`;
}

const oneLine = (text: string): string => text.trim().replaceAll("\n", "; ");
