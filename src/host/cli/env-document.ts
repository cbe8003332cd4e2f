/** What `env` prints: the tables and keys of kata-env, as far as they mean something here. Pure. */
import { goJson } from "../../base/go-json.ts";
import { productCommit, productVersion } from "../../base/version.ts";
import { specVersion } from "../../oci/state.ts";
import type { Configuration } from "../config/configuration.ts";
import type { ExplainedValue } from "../config/explain.ts";
import type { MachineFacts } from "../runtime/host-check.ts";
import type { HostFacts } from "../runtime/host-facts.ts";

/** Of the output's format, as Kata counts it. */
const formatVersion = "1.0.27";

export interface EnvironmentFacts {
  readonly configuration: Configuration;
  readonly machine: MachineFacts;
  readonly host: HostFacts;
  readonly vsock: boolean;
  /** The running program's path. */
  readonly program: string;
}

/** Only tables, strings, numbers and booleans. */
export function envDocument({ configuration, machine, host, vsock, program }: EnvironmentFacts): Record<string, Record<string, unknown>> {
  const { hypervisor, agent, runtime, files } = configuration;
  const { total, free, available } = host.memoryKib;
  return {
    Kernel: { Path: hypervisor.kernel, Parameters: hypervisor.kernelParameters },
    Meta: { Version: formatVersion },
    Initrd: { Path: hypervisor.initrd },
    Hypervisor: {
      Name: hypervisor.driver,
      Path: hypervisor.program,
      Version: machine.facts?.version ?? "",
      MachineType: hypervisor.machine,
      Accelerator: machine.facts?.accelerator ?? "",
      AcceleratorReason: machine.facts?.reason ?? machine.problems.join("; "),
      SharedFS: hypervisor.sharedFs,
      VirtioFSDaemon: hypervisor.virtioFsDaemon,
      EntropySource: "/dev/urandom",
      Debug: hypervisor.debug,
    },
    Runtime: {
      Path: program,
      Debug: runtime.debug,
      DisableGuestSeccomp: runtime.disableGuestSeccomp,
      SandboxCgroupOnly: runtime.sandboxCgroupOnly,
      InternetworkingModel: runtime.internetworkingModel,
      Config: { Path: files[0] ?? "", DropIns: files.slice(1) },
      Version: { OCI: specVersion, Version: { Semver: productVersion, Commit: productCommit } },
    },
    Agent: { Debug: agent.debug },
    Host: {
      Kernel: host.kernel,
      Architecture: host.architecture,
      VMContainerCapable: machine.problems.length === 0,
      SupportVSocks: vsock,
      Distro: { Name: host.distribution.name, Version: host.distribution.version },
      CPU: { Vendor: host.processor.vendor, Model: host.processor.model, CPUs: host.processor.count },
      Memory: { Total: total, Free: free, Available: available },
    },
  };
}

/** `table.key = value  # origin`, a line each. */
export function explainedText(values: readonly ExplainedValue[]): string {
  const rows = values.map(({ table, key, value, origin }) => [`${table}.${key} = ${JSON.stringify(value)}`, origin] as const);
  const width = Math.max(...rows.map(([setting]) => setting.length));
  return rows.map(([setting, origin]) => `${setting.padEnd(width)}  # ${origin}\n`).join("");
}

/** By table and key. */
export function explainedJson(values: readonly ExplainedValue[]): string {
  const tables: Record<string, Record<string, object>> = {};
  for (const { table, key, value, origin } of values) tables[table] = { ...tables[table], [key]: { value, origin } };
  return `${goJson(tables, "  ")}\n`;
}
