/** Work done by a copy of this process, and children that such a copy makes for it. */
import { Fault } from "../../../src/base/fault.ts";
import { openDescriptors } from "../../../src/sys/descriptor.ts";
import { sendCopy } from "../../../src/sys/errand.ts";
import { cloneInside } from "../../../src/sys/namespace.ts";
import { kill, parentId, processId, reap, reapAny, SIGKILL } from "../../../src/sys/process.ts";
import type { Fd } from "../../../src/sys/syscall.ts";
import { equal, finish, finishChild, holds, throws } from "../checks.ts";

const self = processId();
const descriptorsBefore = openDescriptors().length;

let value = 1;
const told = sendCopy(() => {
  value = 2;
  return { pid: processId(), parent: parentId(), value };
});
holds("another process does it", told !== undefined && told.pid !== self && told.parent === self);
equal("what it says", told?.value, 2);
equal("what it changes is its own", value, 1);
equal("it has ended", reapAny(), undefined);

const long = "x".repeat(30_000);
equal("an answer may be long", sendCopy(() => ({ long }))?.long.length, long.length);
throws("what it throws", /^too far$/, () =>
  sendCopy(() => {
    throw new Fault("too far", { code: "EINVAL" });
  }),
);
try {
  sendCopy(() => {
    throw new Fault("too far", { code: "EINVAL" });
  });
} catch (error) {
  equal("its code", error instanceof Fault && error.code, "EINVAL");
}
throws("a copy that is killed", /ended before it answered/, () => sendCopy(() => kill(processId(), SIGKILL) ?? {}));
equal("none is left", reapAny(), undefined);

const child = cloneInside([], {});
if (child === 0) {
  holds("whose child it is", parentId() === self);
  finishChild();
}
equal("its end is told to whom it belongs", reap(child, true), 0);
throws("a namespace that is none", /setns.*bad file descriptor/, () => cloneInside([{ fd: 999 as Fd, flag: 0 }], {}));
equal("nothing is left of that", reapAny(), undefined);
equal("no descriptor is left", openDescriptors().length, descriptorsBefore);
finish();
