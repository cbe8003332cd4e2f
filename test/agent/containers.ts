/** Containers of the busybox image in a test's guest, driven over the agent API. */
import type { DialedStream } from "../../src/base/stream.ts";
import { stdioPort } from "../../src/protocol/ports.ts";
import { defaultMounts, hiddenPaths } from "../support/bundle.ts";
import { busyboxRoot, type TestVm } from "./vm.ts";

/** As loose as JSON: tests also send what is wrong. */
export interface SpecJson {
  process: Record<string, unknown> & { args: string[]; env: string[]; cwd: string; user: Record<string, unknown> };
  root: { path: string; readonly?: boolean };
  mounts: { destination: string; type?: string; source?: string; options?: string[] }[];
  linux: Record<string, unknown> & { namespaces: { type: string; path?: string }[] };
  [key: string]: unknown;
}

const capabilities = ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_KILL", "CAP_SETGID", "CAP_SETUID", "CAP_NET_BIND_SERVICE"];

export function busyboxSpec(...args: string[]): SpecJson {
  return {
    ociVersion: "1.2.0",
    process: {
      args,
      env: ["PATH=/bin:/sbin", "TERM=xterm"],
      cwd: "/",
      user: { uid: 0, gid: 0 },
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
      noNewPrivileges: true,
    },
    root: { path: busyboxRoot },
    hostname: "inside",
    mounts: defaultMounts(),
    linux: {
      namespaces: ["pid", "network", "ipc", "uts", "mount", "cgroup"].map((type) => ({ type })),
      ...hiddenPaths(),
    },
  };
}

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

let count = 0;
export const newId = (): string => `c${++count}`;

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

export async function readToEnd(stream: DialedStream): Promise<string> {
  const parts: Buffer[] = [];
  for (;;) {
    const bytes = await stream.read();
    if (!bytes) break;
    parts.push(Buffer.from(bytes));
  }
  stream.close();
  return Buffer.concat(parts).toString();
}

/** A process with its three streams, each dialed. */
export interface Attached {
  readonly id: string;
  readonly execId: string;
  readonly stdin: DialedStream;
  readonly stdout: DialedStream;
  readonly stderr: DialedStream;
}

async function dialStreams(vm: TestVm): Promise<[DialedStream, DialedStream, DialedStream]> {
  return [await vm.transport.dial(stdioPort), await vm.transport.dial(stdioPort), await vm.transport.dial(stdioPort)];
}

export async function create(vm: TestVm, spec: SpecJson, id = newId(), more: { seccompBpf?: Uint8Array } = {}): Promise<Attached> {
  const [stdin, stdout, stderr] = await dialStreams(vm);
  const ports = { stdinPort: stdin.localPort, stdoutPort: stdout.localPort, stderrPort: stderr.localPort };
  await vm.agent.createContainer({ containerId: id, ociJson: json(spec), ...ports, ...more });
  return { id, execId: "", stdin, stdout, stderr };
}

export async function exec(vm: TestVm, id: string, process: Partial<SpecJson["process"]> & { args: string[] }): Promise<Attached> {
  const [stdin, stdout, stderr] = await dialStreams(vm);
  const ports = { stdinPort: stdin.localPort, stdoutPort: stdout.localPort, stderrPort: stderr.localPort };
  const execId = newId();
  await vm.agent.execProcess({ containerId: id, execId, ociJson: json({ ...busyboxSpec().process, ...process }), ...ports });
  return { id, execId, stdin, stdout, stderr };
}

/** Gives `input`, waits for the end of everything. */
export async function finish(vm: TestVm, attached: Attached, input = ""): Promise<Ended> {
  const { id, execId, stdin, stdout, stderr } = attached;
  const reading = Promise.all([readToEnd(stdout), readToEnd(stderr)]);
  if (input !== "") await stdin.write(Buffer.from(input)).catch(() => {});
  await stdin.closeWrite().catch(() => {});
  const [out, error] = await reading;
  const { status } = await vm.agent.waitProcess({ containerId: id, execId });
  return { status, stdout: out, stderr: error };
}

/** Creates, starts, waits and removes. */
export async function run(vm: TestVm, spec: SpecJson, input = ""): Promise<Ended> {
  const attached = await create(vm, spec);
  try {
    await vm.agent.startContainer({ containerId: attached.id });
    return await finish(vm, attached, input);
  } finally {
    await vm.agent.removeContainer({ containerId: attached.id });
  }
}

/** A shell command in a container of its own; `edit` changes the specification. */
export function shell(vm: TestVm, command: string, edit: (spec: SpecJson) => void = () => {}): Promise<Ended> {
  const spec = busyboxSpec("sh", "-c", command);
  edit(spec);
  return run(vm, spec);
}
