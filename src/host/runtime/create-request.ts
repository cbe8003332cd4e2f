/** What is asked for when a container is to be made. */
import type { ContainerId } from "../../oci/container-id.ts";
import type { Spec } from "../../oci/spec.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { RootImage } from "./bundle.ts";
import type { GivenStreams } from "./streams.ts";

export interface CreateRequest {
  readonly id: ContainerId;
  /** Absolute. */
  readonly bundle: string;
  /** Is the root file system, instead of what config.json says. */
  readonly rootImage?: RootImage;
  readonly detached: boolean;
  /** Its first process executes nothing and only holds the namespaces of its pod. */
  readonly pause?: boolean;
  /** What the container gets, made of what config.json says. */
  readonly edit?: (spec: Spec) => Spec;
  /** Absent: the command's own. */
  readonly streams?: GivenStreams;
  /** Relative to the bundle, or absolute. */
  readonly consoleSocket?: string;
  /** Relative to the bundle, or absolute. */
  readonly pidfdSocket?: string;
  /** Absolute. */
  readonly pidFile?: string;
  /** Descriptor 3 of the process and those after it, and variables that tell it of them. */
  readonly passed?: { readonly fds: readonly Fd[]; readonly env: readonly string[] };
}
