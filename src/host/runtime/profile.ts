/** The seccomp profile of a specification, compiled on the host: a guest takes several times as long. */
import type { Spec } from "../../oci/spec.ts";
import type { CompiledSeccomp } from "../seccomp/compile.ts";
import type { Runtime } from "./context.ts";

export interface Profiled {
  /** Without the profile: the guest has no use for it. */
  readonly spec: Spec;
  readonly seccomp?: CompiledSeccomp;
}

/** Throws what is wrong with the profile. */
export async function compileProfile({ store, logger }: Runtime, spec: Spec): Promise<Profiled> {
  if (!spec.linux?.seccomp) return { spec };
  const { seccomp: profile, ...linux } = spec.linux;
  const [{ cachedSeccomp }, { compileSeccomp }] = await Promise.all([import("../seccomp/cache.ts"), import("../seccomp/compile.ts")]);
  return { spec: { ...spec, linux }, seccomp: cachedSeccomp(`${store.hostDirectory}/seccomp`, profile, logger, compileSeccomp) };
}
