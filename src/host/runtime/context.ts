/** What every use case works with; the composition root makes one per process. */
import type { Logger } from "../../base/log.ts";
import type { EventLoop } from "../../sys/loop.ts";
import type { Configuration } from "../config/configuration.ts";
import type { ExplainedValue } from "../config/explain.ts";
import type { Hypervisor } from "../hypervisor/vm.ts";
import type { Store } from "../store/store.ts";

export interface Runtime {
  readonly loop: EventLoop;
  readonly logger: Logger;
  readonly store: Store;
  /** `--systemd-cgroup`: `linux.cgroupsPath` names a scope of systemd's. `by-path`: its form tells. */
  readonly systemdCgroup: boolean | "by-path";
  /**
   * Read when it is first needed: `state` and `list` never do. With the annotations of a sandbox, what it is for that one;
   * throws for annotations that are not allowed.
   */
  readonly configuration: (annotations?: Readonly<Record<string, string>>) => Promise<Configuration>;
  readonly explainConfiguration: () => Promise<readonly ExplainedValue[]>;
  /** Of a process that stays: hears of a child that ends on its own and must be waited for. A command leaves it to others. */
  readonly onChild?: (pid: number) => void;
  /** The driver of that name, for commands that look at the host; machines are the sandbox process's. */
  readonly hypervisor: (name: string) => Promise<Hypervisor>;
}
