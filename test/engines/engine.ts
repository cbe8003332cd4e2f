/** An engine that runs its containers on several runtimes, and shell scripts that drive it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

export interface Row {
  readonly runtime: string;
  /** What is made under this name is removed afterwards: containers, pods, networks. */
  readonly name: string;
  readonly port: number;
}

export interface Engine {
  start(): Promise<void>;
  /** What a shell script prints. `engine` and `run` are functions; $name, $port and an empty $dir are the row's own. */
  script(text: string, row: Row): Promise<string>;
  stop(): Promise<void>;
}

export const image = "busybox:test";

/** `prelude` defines `engine`, `run`, `build`, `events` and `clean`. */
export async function runScript(prelude: string, text: string, { runtime, name, port }: Row, place: string): Promise<string> {
  const directory = mkdtempSync(join(place, "script-"));
  const common = `
    idle() { run -d --name $name ${image} sleep 1000 >/dev/null; }
    eventually() { for i in $(seq 300); do "$@" && return; sleep .2; done; echo "never: $*"; }
    memory_limit() { engine exec $name sh -c 'cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null'; }
    # a client that tells the size before the terminal is there tells it again only when it changes
    terminal() {
      mkfifo $dir/typed
      local nudge='while sleep 1; do stty -F /dev/tty cols 131; stty -F /dev/tty cols 132; done'
      SHELL=/bin/bash script -qec "stty rows 43 cols 132; $nudge & $*; kill \\$!; echo" /dev/null <>$dir/typed
    }
    export -f engine run
  `;
  const variables = { name, port: String(port), dir: directory, runtime };
  const shell = async (script: string): Promise<string> => {
    const child = spawn("bash", ["-c", prelude + common + script], {
      cwd: directory, // conmon leaves a file where it was started when memory runs out
      env: { ...process.env, ...variables },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (bytes: Buffer) => {
      output += bytes.toString();
    });
    await once(child, "close");
    return output.trim();
  };
  try {
    return await shell(text);
  } finally {
    await shell("clean >/dev/null 2>&1");
    rmSync(directory, { recursive: true, force: true });
  }
}
