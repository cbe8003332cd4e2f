/** ctr(1) on a containerd of its own; a row's runtime is the binary that the runc shim is told to run, or the name of a shim. */
import { execFileSync } from "node:child_process";
import { Engine as Containerd, ctrProgram, image } from "./containerd.ts";
import { type Engine, type Row, runScript } from "./engine.ts";
import type { Feature } from "./features.ts";

export const version = (): string => /\d+\.\d+/.exec(execFileSync(ctrProgram, ["--version"], { encoding: "utf8" }))?.[0] ?? "?";

export class Ctr implements Engine {
  readonly #containerd = new Containerd();

  start(): Promise<void> {
    return this.#containerd.start();
  }

  stop(): Promise<void> {
    return this.#containerd.stop();
  }

  script(text: string, row: Row): Promise<string> {
    const prelude = `
      export image=${image}
      engine() { timeout --foreground 180 ${ctrProgram} --address ${this.#containerd.socket} --namespace k8s.io "$@"; }
      # ctr waits for ever when its input ends before the task runs
      open() { [ -p $dir/open ] || mkfifo $dir/open; "$@" <>$dir/open; }
      run() {
        case $runtime in
          /*|runc) engine run --runtime io.containerd.runc.v2 --runc-binary $runtime "$@" ;;
          *) engine run --runtime $runtime "$@" ;;
        esac
      }
      start() { run -d "$@" $image $name sleep 1000; }
      inside() { open engine task exec --exec-id e$RANDOM $name "$@"; }
      status() { engine task ls | awk -v name=$name '$1 == name { print $3 }'; }
      is() { [ "$(status)" = $1 ]; }
      clean() { engine task rm -f $name; engine container rm $name; }
    `;
    return runScript(prelude, text, row, this.#containerd.directory);
  }
}

export const ctrFeatures: readonly Feature[] = [
  { name: "run --rm", script: "open run --rm $image $name echo hello", shows: /^hello$/ },
  { name: "exit status", script: "open run --rm $image $name sh -c 'exit 41'; echo $?", shows: /^41$/ },
  {
    name: "run -t, size of the terminal",
    script:
      'terminal "run --rm -t $image $name sh -c \'until stty size 2>/dev/null | grep -x \\"43 132\\"; do sleep 1; done\'" | grep -o "43 132"',
    shows: /^43 132$/,
  },
  { name: "run -d, task ls", script: "start; status", shows: /^RUNNING$/ },
  {
    name: "task exec",
    script: "start; open engine task exec --exec-id e --user 1000 --cwd /tmp $name sh -c 'id -u; pwd; exit 3'; echo $?",
    shows: /^1000\n\/tmp\n3$/,
  },
  { name: "task ps", script: "start; engine task ps $name | wc -l", shows: /^2$/ },
  { name: "task metrics", script: "start; engine task metrics $name | grep -oE '^(pids|memory)\\.[a-z_]*' | sort", shows: /^memory\./ },
  {
    name: "task pause, resume",
    script: "start; engine task pause $name; status; engine task resume $name; status; inside echo goes on",
    shows: /^PAUSED\nRUNNING\ngoes on$/,
  },
  {
    name: "task kill, rm",
    script: "start; engine task kill -s KILL $name; eventually is STOPPED; engine task rm $name 2>&1 | grep -o 'exit code [0-9]*'; status",
    shows: /^exit code 137$/,
  },
  { name: "--env, --cwd", script: "open run --rm --env A=b --cwd /tmp $image $name sh -c 'echo $A; pwd'", shows: /^b\n\/tmp$/ },
  {
    name: "--mount",
    script:
      "echo host >$dir/f; open run --rm --mount type=bind,src=$dir,dst=/d,options=rbind:ro $image $name sh -c 'cat /d/f; touch /d/g 2>&1'",
    shows: /^host\n.*Read-only file system$/,
  },
  { name: "--read-only", script: "open run --rm --read-only $image $name touch /f 2>&1", shows: /Read-only file system/ },
  {
    name: "--memory-limit",
    script:
      "start --memory-limit 100663296 --mount type=cgroup,src=cgroup,dst=/sys/fs/cgroup,options=ro; inside sh -c 'cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null'",
    shows: /^100663296$/,
  },
  {
    name: "task metrics, limit of memory",
    script: "start --memory-limit 100663296; engine task metrics $name | awk '/^memory.*limit/ { print $2 }'",
    shows: /^100663296$/,
    differs: { shows: /^\d{16,}$/, why: "the runc shim reads the host's cgroup; the limit is set in the guest" },
  },
  {
    name: "--cap-drop",
    script: "open run --rm --cap-drop CAP_NET_RAW $image $name grep CapEff /proc/self/status",
    shows: /00000000a80405fb$/,
  },
  {
    name: "--seccomp",
    script: "open run --rm --seccomp $image $name grep Seccomp: /proc/self/status",
    shows: /2$/,
  },
];
