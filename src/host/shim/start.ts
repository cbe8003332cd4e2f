/** `start`: makes sure that the sandbox of a container has a shim, and says where that listens. */
import { Fault } from "../../base/fault.ts";
import { encodeUtf8 } from "../../base/text.ts";
import { containerType } from "../../oci/container-type.ts";
import { parseSpec } from "../../oci/parse.ts";
import type { RuntimeOptions } from "../../protocol/gen/shim.ts";
import { memoryFile } from "../../sys/descriptor.ts";
import {
  chmod,
  close,
  directoryFlag,
  lock,
  mkdirAll,
  O,
  open,
  readAll,
  readTextFile,
  replaceFile,
  statIfPresent,
  unlinkIfPresent,
  withFd,
} from "../../sys/file.ts";
import { ownProgram, spawn } from "../../sys/process.ts";
import { connectUnix, listenUnix } from "../../sys/socket.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import { isTerminal } from "../../sys/tty.ts";
import type { ShimArguments } from "./arguments.ts";
import { checkNames } from "./arguments.ts";
import { parseStartInput, socketPath, startOutput } from "./bootstrap.ts";
import { type ShimParameters, shimRoot } from "./parameters.ts";

export interface StartEnvironment {
  /** Absolute. */
  readonly currentDirectory: string;
  readonly variable: (name: string) => string | undefined;
}

const inputLimit = 4 << 20;
const specLimit = 10 << 20;
/** As others of containerd's shims are named. */
export const shimName = "containerd-shim-kata-v2";

/** The bytes for standard output. */
export function startShim(args: ShimArguments, environment: StartEnvironment): Uint8Array {
  checkNames(args);
  const { id, namespace, address } = args;
  const input = parseStartInput(readStandardInput(), args);
  const { bootstrap } = input;
  const bundle = environment.currentDirectory;
  const type = containerType(id, annotationsOf(bundle));
  const socket = socketPath(bootstrap?.socketDir ?? "", address, namespace, type.sandboxId);
  const start = (): void => {
    if (listens(socket)) return;
    if (type.kind === "container")
      throw new Fault(`container ${id}: the shim of its sandbox ${type.sandboxId} is not running`, {
        component: "shim",
        code: "not-running",
      });
    const configuration = configurationOf(input.options, bundle);
    const pid = startProcess({
      id,
      namespace,
      root: shimRoot(namespace),
      ...(configuration !== undefined && { configuration }),
      socket,
      address: bootstrap?.containerdGrpcAddress || address,
      ttrpcAddress: bootstrap?.containerdTtrpcAddress || (environment.variable("TTRPC_ADDRESS") ?? ""),
      publishBinary: bootstrap?.containerdBinary || args.publishBinary,
      debug: args.debug,
    });
    replaceFile(`${bundle}/shim.pid`, String(pid), { sync: false });
  };
  // of two at the same instant each would take the other's socket, and its unfinished files, for what a killed one left
  const directory = open(bundle, O.RDONLY | directoryFlag());
  withFd(directory, () => {
    lock(directory, true);
    start();
    replaceFile(`${bundle}/address`, `unix://${socket}`, { sync: false });
  });
  return startOutput(socket, bootstrap);
}

/** Nothing where there is no standard input, or a person who was asked nothing. */
export function readStandardInput(): Uint8Array {
  if (isTerminal(0 as Fd)) return new Uint8Array(0);
  try {
    return readAll(0 as Fd, inputLimit, "standard input");
  } catch (error) {
    if (isErrno(error, "EBADF", "EAGAIN")) return new Uint8Array(0);
    throw error;
  }
}

/** A sandbox that is made by the sandbox API may have no config.json. */
function annotationsOf(bundle: string): Readonly<Record<string, string>> {
  const path = `${bundle}/config.json`;
  return statIfPresent(path) ? (parseSpec(readTextFile(path, specLimit), path).annotations ?? {}) : {};
}

function configurationOf(options: RuntimeOptions | undefined, bundle: string): string | undefined {
  if (!options) return undefined;
  if (options.configPath !== "") return options.configPath;
  if (options.configBody.length === 0) return undefined;
  const path = `${bundle}/kata.toml`;
  replaceFile(path, options.configBody, { sync: false });
  return path;
}

function listens(path: string): boolean {
  try {
    close(connectUnix(path));
    return true;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ECONNREFUSED")) return false;
    throw error;
  }
}

function startProcess(parameters: ShimParameters): number {
  const { socket, namespace, id, address } = parameters;
  mkdirAll(socket.slice(0, socket.lastIndexOf("/")), 0o700);
  unlinkIfPresent(socket); // of one that was killed
  const listener = listenUnix(socket);
  const file = memoryFile("kata-shim-parameters", encodeUtf8(JSON.stringify(parameters)));
  try {
    chmod(socket, 0o600);
    return spawn(ownProgram, {
      argv: [shimName, "-namespace", namespace, "-id", id, "-address", address],
      env: ["KATA_ROLE=shim"],
      fds: ["null", "null", "null", listener, file],
      session: true,
    });
  } catch (error) {
    unlinkIfPresent(socket);
    throw error;
  } finally {
    close(listener);
    close(file);
  }
}
