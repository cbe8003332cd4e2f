/** `check`: can a container be started on this host, and what is in the way? */
import { chainMessage } from "../../base/fault.ts";
import { executable } from "../../sys/file.ts";
import { effectiveUid } from "../../sys/process.ts";
import { planCgroup } from "../cgroup/cgroup.ts";
import type { Configuration } from "../config/configuration.ts";
import type { Hypervisor, HypervisorFacts, VmSpec } from "../hypervisor/vm.ts";
import type { Runtime } from "./context.ts";
import { deviceProblem } from "./host-facts.ts";
import { sandboxParameters } from "./sandbox-parameters.ts";

/** `bad`: no container can be started; `slow`: it costs speed; `note`: good to know. */
export type Verdict = "ok" | "note" | "slow" | "bad";

export interface Finding {
  readonly subject: string;
  readonly verdict: Verdict;
  readonly text: string;
}

/** Looks at everything, whatever is found first. Never throws for what it looks at. */
export async function checkHost(rt: Runtime): Promise<Finding[]> {
  const findings: Finding[] = [privileges()];
  try {
    const configuration = await rt.configuration();
    const { files } = configuration;
    findings.push({ subject: "configuration", verdict: "ok", text: files.length > 0 ? files.join(", ") : "built-in defaults" });
    findings.push(...(await checkMachine(rt, configuration)), ...shareDaemon(configuration));
  } catch (error) {
    findings.push({ subject: "configuration", verdict: "bad", text: chainMessage(error) });
  }
  return [...findings, device("vhost-vsock"), cgroups()];
}

export interface MachineFacts {
  /** Sentences; empty when it can run. */
  readonly problems: readonly string[];
  /** undefined when it cannot run, or the driver does not say. */
  readonly facts: HypervisorFacts | undefined;
}

/** The machine that the configuration asks for, without starting it. */
export async function machineFacts(rt: Runtime, configuration: Configuration): Promise<MachineFacts> {
  try {
    const parameters = { id: "check", root: rt.store.root, hostname: "check", kind: "single" } as const;
    const spec: VmSpec = { ...sandboxParameters(configuration, parameters).vm, devices: [] };
    const hypervisor: Hypervisor = await rt.hypervisor(configuration.hypervisor.driver);
    const problems = await hypervisor.check(spec);
    return { problems, facts: problems.length > 0 ? undefined : await hypervisor.describe?.(spec) };
  } catch (error) {
    return { problems: [chainMessage(error)], facts: undefined };
  }
}

async function checkMachine(rt: Runtime, configuration: Configuration): Promise<Finding[]> {
  const { driver, program, kernel, initrd } = configuration.hypervisor;
  const { problems, facts } = await machineFacts(rt, configuration);
  if (problems.length > 0) return problems.map((text) => ({ subject: "virtual machine", verdict: "bad", text }));
  const found: Finding[] = [
    { subject: driver, verdict: "ok", text: facts ? `${program}, version ${facts.version}` : program },
    { subject: "kernel", verdict: "ok", text: kernel },
    { subject: "initrd", verdict: "ok", text: initrd },
  ];
  if (facts)
    found.push({
      subject: "accelerator",
      verdict: facts.accelerator === "kvm" ? "ok" : "slow",
      text: `${facts.accelerator}: ${facts.reason}`,
    });
  return found;
}

function privileges(): Finding {
  const uid = effectiveUid();
  return uid === 0
    ? { subject: "user", verdict: "ok", text: "root" }
    : { subject: "user", verdict: "bad", text: `uid ${uid}: mounts and namespaces need root` };
}

function shareDaemon({ hypervisor: { sharedFs, virtioFsDaemon } }: Configuration): Finding[] {
  if (sharedFs === "none") return [];
  const subject = "share daemon";
  return executable(virtioFsDaemon)
    ? [{ subject, verdict: "ok", text: virtioFsDaemon }]
    : [{ subject, verdict: "bad", text: `${virtioFsDaemon}: cannot be executed` }];
}

function device(name: string): Finding {
  const problem = deviceProblem(`/dev/${name}`);
  return problem === undefined
    ? { subject: name, verdict: "ok", text: `/dev/${name}` }
    : { subject: name, verdict: "note", text: `${problem}; the agent is reached by a virtio-serial port` };
}

function cgroups(): Finding {
  const { leaves } = planCgroup({ cgroupsPath: undefined, id: "check" });
  return leaves.length > 0
    ? { subject: "cgroups", verdict: "ok", text: `hierarchies that can be written to: ${leaves.length}` }
    : { subject: "cgroups", verdict: "note", text: "no hierarchy can be written to: sandboxes stay in their caller's cgroup" };
}
