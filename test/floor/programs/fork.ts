/** fork() and going on in TypeScript in the child. */
import { encodeUtf8 } from "../../../src/base/text.ts";
import { pipe } from "../../../src/sys/descriptor.ts";
import { close, readAll, writeAll } from "../../../src/sys/file.ts";
import { EventLoop } from "../../../src/sys/loop.ts";
import {
  exit,
  fork,
  kill,
  openPid,
  parentId,
  processAlive,
  processFacts,
  processId,
  reap,
  reapAny,
  SIGKILL,
} from "../../../src/sys/process.ts";
import { equal, finish, finishChild, holds } from "../checks.ts";

const closeOnExec = 0o2000000;
const self = processId();

function inChild(work: () => void): number | undefined {
  const pid = fork();
  if (pid !== 0) return reap(pid, true);
  work();
  return finishChild();
}

equal(
  "an exit code",
  inChild(() => exit(42)),
  42,
);
equal(
  "the child is another process",
  inChild(() => holds("parent", processId() !== self && parentId() === self)),
  0,
);
equal(
  "the death by a signal",
  inChild(() => kill(processId(), SIGKILL)),
  137,
);

// memory is the child's own
let value = 1;
equal(
  "the child changes its copy",
  inChild(() => {
    value = 2;
    holds("changed", value === 2);
  }),
  0,
);
equal("the parent's stays", value, 1);

// garbage collection and much memory in the child
equal(
  "the child allocates and collects",
  inChild(() => {
    let all: string[] = [];
    for (let i = 0; i < 50; i++) all = Array.from({ length: 1_000 }, (_, n) => `item ${n} of ${i}`);
    holds("last", all[999] === "item 999 of 49");
  }),
  0,
);

const [read, write] = pipe(closeOnExec);
const waiting = fork();
if (waiting === 0) {
  close(write);
  readAll(read, 10);
  exit(3);
}
equal("a running child is not reaped", reap(waiting, false), undefined);
const facts = processFacts(waiting);
equal("its parent", facts?.parent, self);
holds("it is alive by pid and start time", facts !== undefined && processAlive(waiting, facts.startTime));
holds("another start time is another process", facts !== undefined && !processAlive(waiting, facts.startTime + 1));
writeAll(write, encodeUtf8("go"));
close(write);
close(read);
const ended = new Promise<void>((resolve) => {
  const loop = new EventLoop((error) => {
    throw error;
  });
  const fd = openPid(waiting);
  const watch = loop.watch(fd, 1, () => {
    watch.stop();
    close(fd);
    resolve();
  });
});
await ended;
holds("a zombie is not alive", facts !== undefined && !processAlive(waiting, facts.startTime));
equal("any child that ended", reapAny(), { pid: waiting, code: 3 });
equal("no child is left", reapAny(), undefined);
finish();
