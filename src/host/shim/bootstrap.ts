/** What passes between containerd and `start`: the parameters on standard input, the answer on standard output. Pure. */
import { shortHash } from "../../base/hash.ts";
import { encodeUtf8 } from "../../base/text.ts";
import { type Any, decodeAny } from "../../protocol/gen/google/any.ts";
import {
  type BootstrapParams,
  decodeBootstrapParams,
  decodeRuntimeOptions,
  encodeBootstrapResult,
  type RuntimeOptions,
} from "../../protocol/gen/shim.ts";

export interface StartInput {
  /** Kata's options of the runtime class. */
  readonly options: RuntimeOptions | undefined;
  /** Present from containerd 2.3 on. */
  readonly bootstrap: BootstrapParams | undefined;
}

/**
 * From containerd 2.3 on it is a BootstrapParams, before an Any with the options, or nothing. An Any also reads as parameters, so
 * those count only when they name this very start.
 */
export function parseStartInput(bytes: Uint8Array, { id, namespace }: { readonly id: string; readonly namespace: string }): StartInput {
  if (bytes.length === 0) return { options: undefined, bootstrap: undefined };
  const bootstrap = attempt(() => decodeBootstrapParams(bytes));
  if (bootstrap && bootstrap.instanceId === id && bootstrap.namespace === namespace) {
    const options = bootstrap.extensions.map(({ value }) => runtimeOptions(value)).find((each) => each !== undefined);
    return { options, bootstrap };
  }
  return { options: runtimeOptions(attempt(() => decodeAny(bytes))), bootstrap: undefined };
}

/** Options of runc's shim, and others, mean nothing here. */
export function runtimeOptions(any: Any | undefined): RuntimeOptions | undefined {
  if (!any || !/(^|[/.])runtimeoptions\.v1\.Options$/.test(any.typeUrl)) return undefined;
  return attempt(() => decodeRuntimeOptions(any.value));
}

/** Where containerd's shims have their sockets. */
const defaultSocketDirectory = "/run/containerd/s";
/** struct sockaddr_un has 108 bytes, the last one 0. */
const longestSocketPath = 107;

/** The path of the socket of a sandbox's shim: the same for all that start it. */
export function socketPath(directory: string, address: string, namespace: string, sandboxId: string): string {
  const path = `${directory || defaultSocketDirectory}/kata-${shortHash(`${address}\0${namespace}`)}${shortHash(sandboxId)}${shortHash([...sandboxId].reverse().join(""))}`;
  return path.length <= longestSocketPath ? path : `${defaultSocketDirectory}/${path.slice(path.lastIndexOf("/") + 1)}`;
}

/** What `start` prints: the plain address is what every containerd takes but for one that sent parameters. */
export function startOutput(path: string, bootstrap: BootstrapParams | undefined): Uint8Array {
  const address = `unix://${path}`;
  return bootstrap ? encodeBootstrapResult({ version: 3, address, protocol: "ttrpc" }) : encodeUtf8(address);
}

function attempt<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}
