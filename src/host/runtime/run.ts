/** `run`: create, start and, in the foreground, wait and delete. */
import type { Runtime } from "./context.ts";
import { createContainer } from "./create.ts";
import type { CreateRequest } from "./create-request.ts";
import { deleteContainer } from "./delete.ts";
import { enterForeground } from "./foreground.ts";
import { findContainer } from "./query.ts";
import { startIn } from "./signal.ts";

export interface RunRequest extends CreateRequest {
  /** Leaves the stopped container. */
  readonly keep: boolean;
}

/** The status of the process, 0 when detached. A container that does not start is deleted. */
export async function runContainer(rt: Runtime, request: RunRequest): Promise<number> {
  const { id, detached } = request;
  const created = await createContainer(rt, request);
  const waiting = detached ? undefined : enterForeground(rt, created).wait();
  try {
    await startIn(rt, findContainer(rt.store, id).record, created.sandbox);
  } catch (error) {
    await deleteContainer(rt, id, true);
    await waiting;
    throw error;
  } finally {
    created.sandbox.close();
  }
  if (!waiting) return 0;
  const status = await waiting;
  if (!request.keep) await deleteContainer(rt, id, true);
  return status;
}
