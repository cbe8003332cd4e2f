import { Fault } from "../../../base/fault.ts";
import type { Fd } from "../../../sys/syscall.ts";
import { isTerminal } from "../../../sys/tty.ts";
import type { Runtime } from "../../runtime/context.ts";
import { factoryStatus, initFactory } from "../../runtime/factory.ts";
import { statusDocument, statusText } from "../factory-text.ts";
import type { Action, Terminal } from "./action.ts";

export const factory: Action<"factory"> = async ({ options, operands: [order] }, rt, terminal) => {
  switch (order) {
    case "init":
      return await init(rt, terminal);
    case "status": {
      const status = await factoryStatus(rt);
      terminal.print(options.json ? statusDocument(status) : statusText(status));
      return 0;
    }
    case "destroy": {
      const { factory: places } = await rt.configuration();
      const { destroyFactory } = await import("../../runtime/factory-destroy.ts");
      await destroyFactory(rt, places.templatePath, places.reservePath);
      terminal.print("vm factory destroyed\n");
      return 0;
    }
    default:
      throw new Fault(`factory ${JSON.stringify(order)}: must be init, status or destroy`, { component: "cli", code: "EINVAL" });
  }
};

/** As in Kata, a factory that is off is no failure. */
async function init(rt: Runtime, terminal: Terminal): Promise<number> {
  const done = showProgress(rt, terminal);
  const enabled = await initFactory(rt, terminal.warn).finally(done);
  if (!enabled) rt.logger.error("vm factory or VMCache is not enabled");
  terminal.print(enabled ? "vm factory initialized\n" : "vm factory or VMCache is not enabled\n");
  return 0;
}

const stderr = 2 as Fd;
const secondMs = 1000;

/** Nothing on a quick machine, and nothing in a log. The function ends it. */
function showProgress({ loop }: Runtime, terminal: Terminal): () => void {
  if (!isTerminal(stderr)) return () => {};
  let seconds = 0;
  let cancel = loop.after(secondMs, tick);
  function tick(): void {
    seconds++;
    terminal.warn(`building the template: ${seconds} s`);
    cancel = loop.after(secondMs, tick);
  }
  return () => cancel();
}
