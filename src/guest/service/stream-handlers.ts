/** Standard streams piece by piece, for hosts that do not open streams of their own. */
import { Fault } from "../../base/fault.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import type { Group } from "./groups.ts";
import type { Pod } from "./pod.ts";

/** What one answer may carry; well below ttrpc's limit of 4 MiB. */
const mostBytes = 1 << 20;

export function streamHandlers(pod: Pod): Group<"writeStdin" | "readStdout" | "readStderr" | "closeStdin"> {
  return {
    writeStdin: async ({ containerId, execId, data }) => {
      const { stdin } = pod.process(containerId, execId).io;
      if (data.length === 0) await stdin.end();
      else await written(stdin.write(data));
      return { len: data.length };
    },
    readStdout: async ({ containerId, execId, len }) => ({ data: await pod.process(containerId, execId).readStdout(limit(len)) }),
    readStderr: async ({ containerId, execId, len }) => ({ data: await pod.process(containerId, execId).readStderr(limit(len)) }),
    closeStdin: async ({ containerId, execId }) => {
      await pod.process(containerId, execId).io.stdin.end();
      return {};
    },
  };
}

const limit = (len: number): number => Math.min(Math.max(len, 1), mostBytes);

async function written(write: Promise<void>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (error instanceof Fault && error.code === "EPIPE")
      throw new RpcError(rpcCode.failedPrecondition, "write stdin: the process does not read it any more", { cause: error });
    throw error;
  }
}
