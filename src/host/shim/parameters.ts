/** What the shim's process is told at its start, as JSON in an inherited file. */
export interface ShimParameters {
  /** Of the sandbox: the id of its first container. */
  readonly id: string;
  readonly namespace: string;
  /** The state directory. */
  readonly root: string;
  /** Absolute; absent: where configuration is looked for otherwise. */
  readonly configuration?: string;
  /** The path of its socket. */
  readonly socket: string;
  readonly address: string;
  readonly ttrpcAddress: string;
  readonly publishBinary: string;
  readonly debug: boolean;
}

/** Descriptors of the shim's process when it starts. */
export const listenerFd = 3;
export const parametersFd = 4;

/** Containers of each of containerd's namespaces have a state directory of their own: their ids may be the same. */
export const shimRoot = (namespace: string): string => `/run/kata-containers/@shim/${namespace}`;
