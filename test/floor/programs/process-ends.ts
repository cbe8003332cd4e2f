/** The caller's descriptors of a process in the guest: when one cannot be used, all are closed, and each once. */
import { chainMessage, Fault } from "../../../src/base/fault.ts";
import { CallDurations } from "../../../src/base/histogram.ts";
import type { DialedStream } from "../../../src/base/stream.ts";
import { encodeUtf8 } from "../../../src/base/text.ts";
import { sleep } from "../../../src/base/timers.ts";
import type { Agent } from "../../../src/host/agent/agent.ts";
import { GuestProcess } from "../../../src/host/sandbox/guest-process.ts";
import type { ProcessEnds } from "../../../src/host/sandbox/process-ends.ts";
import { featurePassedDescriptors } from "../../../src/protocol/features.ts";
import { AgentServiceClient, HealthClient } from "../../../src/protocol/gen/agent.ts";
import { connectTtrpc } from "../../../src/protocol/ttrpc-client.ts";
import { isOpen, memoryFile, openDescriptors, pipe } from "../../../src/sys/descriptor.ts";
import { close } from "../../../src/sys/file.ts";
import { EventLoop } from "../../../src/sys/loop.ts";
import { SOCK, socketPair } from "../../../src/sys/socket.ts";
import { FdStream } from "../../../src/sys/stream.ts";
import type { Fd } from "../../../src/sys/syscall.ts";
import { equal, finish, holds } from "../checks.ts";

const loop = new EventLoop((error) => {
  throw error;
});

/** A guest that says nothing until it goes away. */
class QuietStream implements DialedStream {
  readonly localPort = 1;
  closed = false;
  #ended: (() => void) | undefined;

  read(): Promise<undefined> {
    return new Promise((resolve) => {
      this.#ended = () => resolve(undefined);
    });
  }

  write(): Promise<void> {
    return Promise.resolve();
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.closed = true;
    this.#ended?.();
  }
}

const [here, there] = socketPair(SOCK.stream);
const connection = connectTtrpc(new FdStream(loop, here), loop);
const details = {
  version: "",
  initDaemon: false,
  deviceHandlers: [],
  storageHandlers: [],
  supportsSeccomp: false,
  extraFeatures: [featurePassedDescriptors],
};

/** Dials `most` streams and no more. */
function agentOf(most: number): { agent: Agent; dialled: QuietStream[] } {
  const dialled: QuietStream[] = [];
  const dialStdio = (): Promise<DialedStream> => {
    if (dialled.length === most) return Promise.reject(new Fault("dial: no more streams"));
    const stream = new QuietStream();
    dialled.push(stream);
    return Promise.resolve(stream);
  };
  const agent: Agent = {
    api: connection.client(AgentServiceClient),
    health: connection.client(HealthClient),
    details,
    calls: new CallDurations(),
    dialStdio,
    dialNameServer: dialStdio,
    closed: connection.closed,
    close: () => connection.close(),
  };
  return { agent, dialled };
}

/** Ends of all kinds, and the peers that hold them open. */
function everyEnd(): { ends: ProcessEnds; peers: Fd[] } {
  const [stdin, writer] = pipe();
  const [reader, stdout] = pipe();
  const [stderr, peer] = socketPair(SOCK.stream);
  const [standin, far] = socketPair(SOCK.seqpacket);
  const [waiting, streamsEnd] = pipe();
  const [passed, other] = socketPair(SOCK.stream);
  const [further, last] = pipe();
  const ends = { stdin, stdout, stderr, standin, streamsEnd, passed: [passed, further] };
  return { ends, peers: [writer, reader, peer, far, waiting, other, last] };
}

/** Nobody has it open: whatever is done with it fails. */
const stale = 900 as Fd;

async function fails(what: string, pattern: RegExp, change: (ends: ProcessEnds) => ProcessEnds, most = 100): Promise<void> {
  const before = openDescriptors().length;
  const { ends, peers } = everyEnd();
  const changed = change(ends);
  const { agent, dialled } = agentOf(most);
  const kept = [changed.standin, changed.stdin, changed.stdout, changed.stderr, changed.streamsEnd, ...changed.passed];
  for (const fd of [ends.standin, ends.stdin, ends.stdout, ends.stderr, ...ends.passed])
    if (fd !== undefined && !kept.includes(fd)) close(fd);
  const message = await GuestProcess.open(loop, agent, { containerId: "c", execId: "c" }, changed, false).then(
    () => "nothing failed",
    (error: unknown) => chainMessage(error),
  );
  holds(`${what}: ${message}, want ${pattern}`, pattern.test(message));
  equal(`${what}: descriptors that are left`, openDescriptors().length, before + peers.length);
  const later = Array.from({ length: 30 }, () => memoryFile("later", encodeUtf8("x"))); // these have the same numbers now
  equal(`${what}: streams of the guest that are left`, dialled.filter(({ closed }) => !closed).length, 0);
  for (const stream of dialled) stream.close();
  await sleep(loop, 1);
  equal(`${what}: descriptors of others that were closed`, later.filter((fd) => !isOpen(fd)).length, 0);
  for (const fd of [...later, ...peers]) close(fd);
}

await fails("standard input", /bad file descriptor/, (ends) => ({ ...ends, stdin: stale }));
await fails("standard output", /bad file descriptor/, (ends) => ({ ...ends, stdout: stale }));
await fails("standard error", /bad file descriptor/, (ends) => ({ ...ends, stderr: stale }));
await fails("the stand-in", /bad file descriptor/, (ends) => ({ ...ends, standin: stale }));
await fails("a descriptor that is passed", /bad file descriptor/, (ends) => ({ ...ends, passed: [...ends.passed, stale] }));
for (const most of [0, 1, 3, 4]) await fails(`a guest that has ${most} streams`, /no more streams/, (ends) => ends, most);

connection.close();
close(there);
finish();
