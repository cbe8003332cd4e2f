/** What looks like a sandbox in a state directory and answers as a test says: silent, or with a hostile guest's text. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { SandboxServer } from "../../src/protocol/gen/sandbox.ts";
import { serve, serveTtrpc } from "../../src/protocol/ttrpc-server.ts";
import { nodeStream } from "../agent/node-stream.ts";
import { nodeTimers } from "../agent/vm.ts";

const stat = (pid: number): string[] => {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
};

/** Its process is one that sleeps: `delete --force` may end it. `text` undefined: it never answers. */
export class FakeSandbox {
  readonly #process: ChildProcess;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(root: string, id: string, text?: string, annotations?: Record<string, string>) {
    this.#process = spawn("sleep", ["infinity"], { stdio: "ignore" });
    const pid = this.#process.pid ?? 0;
    const process_ = { pid, startTime: Number(stat(pid)[19]) };
    const directory = join(root, "@sandbox", id);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "sandbox.json"), JSON.stringify({ version: 1, id, process: process_, helpers: [] }));
    if (annotations) {
      mkdirSync(join(root, id), { recursive: true });
      const record = {
        version: 1,
        id,
        sandboxId: id,
        status: "running",
        process: process_,
        bundle: "/",
        rootfs: "/",
        created: "",
        cgroups: [],
      };
      writeFileSync(join(root, id, "state.json"), JSON.stringify({ ...record, annotations }));
    }
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      if (text !== undefined)
        serveTtrpc(nodeStream(socket), [serve(SandboxServer, { metrics: () => ({ text }) } as never)], { timers: nodeTimers });
    }).listen(join(directory, "sandbox.sock"));
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    this.#process.kill("SIGKILL");
  }
}
