/** What the use cases work with, composed. */
import type { Logger } from "../../base/log.ts";
import type { EventLoop } from "../../sys/loop.ts";
import type { Configuration } from "../config/configuration.ts";
import type { ExplainedValue } from "../config/explain.ts";
import type { Runtime } from "../runtime/context.ts";
import { Store } from "../store/store.ts";

export interface RuntimeOptions {
  readonly root: string;
  readonly systemdCgroup: Runtime["systemdCgroup"];
  /** The file that the caller names. */
  readonly configuration: string | undefined;
}

export function composeRuntime(options: RuntimeOptions, loop: EventLoop, logger: Logger): Runtime {
  const store = new Store(options.root);
  let configuration: Promise<Configuration> | undefined;
  return {
    loop,
    logger,
    store,
    systemdCgroup: options.systemdCgroup,
    explainConfiguration: () => explainConfiguration(options.configuration),
    hypervisor: async (name) => {
      const { createHypervisor } = await import("./hypervisors.ts");
      return createHypervisor(name, { loop, logger, runDirectory: store.hostDirectory });
    },
    configuration: async (annotations = {}) => {
      configuration ??= readConfiguration(options.configuration, logger);
      const read = await configuration;
      if (!Object.keys(annotations).some((name) => name.startsWith("io.katacontainers.config."))) return read;
      const [{ applyAnnotations }, { systemConfigurationHost }] = await Promise.all([
        import("../config/annotations.ts"),
        import("../config/system.ts"),
      ]);
      return applyAnnotations(systemConfigurationHost(), read, annotations);
    },
  };
}

async function readConfiguration(path: string | undefined, logger: Logger): Promise<Configuration> {
  const [{ loadConfiguration }, { systemConfigurationHost }] = await Promise.all([
    import("../config/load.ts"),
    import("../config/system.ts"),
  ]);
  const { configuration, idle } = loadConfiguration(systemConfigurationHost(), path);
  for (const sentence of idle) logger.debug(sentence);
  return configuration;
}

async function explainConfiguration(path: string | undefined): Promise<readonly ExplainedValue[]> {
  const [explain, { systemConfigurationHost }] = await Promise.all([import("../config/explain.ts"), import("../config/system.ts")]);
  return explain.explainConfiguration(systemConfigurationHost(), path);
}
