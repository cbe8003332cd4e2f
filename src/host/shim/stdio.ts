/**
 * The standard streams that containerd names: fifos, `file://PATH`, `binary://PROGRAM?KEY=VALUE`. Both ends of a fifo are held
 * here: a containerd that goes away and comes back finds what was written meanwhile, and only CloseIO ends the input.
 */
import { Fault } from "../../base/fault.ts";
import { within } from "../../base/timers.ts";
import { pipe, readAvailable } from "../../sys/descriptor.ts";
import { close, isFifo, mkdirAll, O, open, stat } from "../../sys/file.ts";
import { EPOLL, type EventLoop } from "../../sys/loop.ts";
import { kill, SIGKILL, spawn } from "../../sys/process.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { GivenStreams } from "../runtime/streams.ts";

export interface StdioNames {
  readonly stdin: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly terminal: boolean;
}

export class Stdio {
  /** For the process, which gets copies. */
  readonly streams: GivenStreams;
  readonly #kept: Fd[];
  #input: Fd | undefined;
  /** Pids of programs that take the output. */
  readonly loggers: readonly number[];

  private constructor(streams: GivenStreams, kept: Fd[], input: Fd | undefined, loggers: readonly number[]) {
    this.streams = streams;
    this.#kept = kept;
    this.#input = input;
    this.loggers = loggers;
  }

  /** `container` is what a logging program is told. Leaves nothing open when it fails. */
  static async open(loop: EventLoop, names: StdioNames, container: { readonly id: string; readonly namespace: string }): Promise<Stdio> {
    const opened: Fd[] = [];
    let input: Fd | undefined;
    const keep = (fd: Fd): Fd => {
      opened.push(fd);
      return fd;
    };
    try {
      const streams: { stdin?: Fd; stdout?: Fd; stderr?: Fd } = {};
      const loggers: number[] = [];
      if (names.stdin !== "") {
        streams.stdin = openFifo(names.stdin, "stdin", O.RDONLY);
        keep(streams.stdin);
        input = open(names.stdin, O.WRONLY | O.NONBLOCK);
      }
      const outputs = names.terminal ? (["stdout"] as const) : (["stdout", "stderr"] as const);
      if (/^binary(-v2)?:/.test(names.stdout)) {
        const logger = await startLogger(loop, names.stdout, container);
        loggers.push(logger.pid);
        for (const name of outputs) streams[name] = keep(logger[name]);
        if (names.terminal) close(logger.stderr);
      } else for (const name of outputs) if (names[name] !== "") streams[name] = keep(openOutput(names[name], name));
      return new Stdio(streams, opened, input, loggers);
    } catch (error) {
      for (const fd of input === undefined ? opened : [...opened, input]) close(fd);
      throw error;
    }
  }

  /** Nothing more will come in: what is in the fifo is still read. */
  closeInput(): void {
    if (this.#input !== undefined) close(this.#input);
    this.#input = undefined;
  }

  /** The process is over, or never came to be. Idempotent. */
  close(): void {
    this.closeInput();
    for (const fd of this.#kept.splice(0)) close(fd);
  }
}

function openFifo(path: string, what: string, access: number): Fd {
  try {
    if (!isFifo(stat(path))) throw new Fault(`${what} ${path}: is no fifo`);
    return open(path, access | O.NONBLOCK);
  } catch (cause) {
    throw new Fault(`open ${what}`, { component: "shim", cause });
  }
}

/** A fifo that is open for both can be opened before its reader comes, and outlives it. */
function openOutput(name: string, what: string): Fd {
  const scheme = /^([a-z0-9-]+):\/\//.exec(name)?.[1];
  if (scheme === undefined || scheme === "fifo") return openFifo(name.replace(/^fifo:\/\//, ""), what, O.RDWR);
  if (scheme !== "file")
    throw new Fault(`${what} ${name}: unknown scheme ${scheme}, must be fifo, file or binary`, {
      component: "shim",
      code: "invalid-option",
    });
  const path = decodeURIComponent(name.slice("file://".length));
  mkdirAll(path.slice(0, path.lastIndexOf("/")) || "/", 0o755);
  return open(path, O.WRONLY | O.CREAT | O.APPEND, { mode: 0o644 });
}

interface LoggerProcess {
  readonly pid: number;
  readonly stdout: Fd;
  readonly stderr: Fd;
}

const readyMs = 10_000;

/**
 * Descriptors 3 and 4 of the program are the reading ends, it closes 5 when it is ready; CONTAINER_ID and CONTAINER_NAMESPACE say
 * whose output it is (containerd's runtime v2 documentation, "Logging").
 */
async function startLogger(loop: EventLoop, uri: string, { id, namespace }: { id: string; namespace: string }): Promise<LoggerProcess> {
  const [, path = "", query = ""] = /^binary(?:-v2)?:\/\/([^?]*)(?:\?(.*))?$/s.exec(uri) ?? [];
  const program = decodeURIComponent(path);
  if (!program.startsWith("/"))
    throw new Fault(`stdout ${uri}: the program's path must be absolute`, { component: "shim", code: "invalid-option" });
  const args =
    query === ""
      ? []
      : query.split("&").flatMap((pair) => {
          const [key = "", value = ""] = pair.split("=", 2).map((part) => decodeURIComponent(part.replaceAll("+", " ")));
          return value === "" ? [key] : [key, value];
        });
  const [out, err, ready] = [pipe(), pipe(), pipe(O.NONBLOCK)];
  let pid: number | undefined;
  try {
    try {
      pid = spawn(program, {
        argv: [program, ...args],
        env: [
          `CONTAINER_ID=${id}`,
          `CONTAINER_NAMESPACE=${namespace}`,
          "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ],
        fds: ["null", "null", "null", out[0], err[0], ready[1]],
      });
    } finally {
      close(ready[1]);
    }
    await closed(loop, ready[0], program);
    return { pid, stdout: out[1], stderr: err[1] };
  } catch (error) {
    if (pid !== undefined) endChild(loop, pid);
    close(out[1]);
    close(err[1]);
    throw error;
  } finally {
    for (const fd of [out[0], err[0], ready[0]]) close(fd);
  }
}

function endChild(loop: EventLoop, pid: number): void {
  kill(pid, SIGKILL);
  void loop.childExit(pid);
}

async function closed(loop: EventLoop, fd: Fd, program: string): Promise<void> {
  const buffer = new Uint8Array(16);
  let watch: { stop(): void } | undefined;
  try {
    const ended = new Promise<void>((resolve) => {
      watch = loop.watch(fd, EPOLL.in, () => {
        if (readAvailable(fd, buffer) !== undefined) resolve();
      });
    });
    if (!(await within(loop, readyMs, ended)))
      throw new Fault(`logging program ${program}: not ready within ${readyMs} ms`, { component: "shim", code: "ETIMEDOUT" });
  } finally {
    watch?.stop();
  }
}
