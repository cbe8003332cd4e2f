/** `-info`, composed. In a module of its own that has all it needs: each that is loaded alone splits what others load as one. */
import { productCommit, productVersion } from "../../base/version.ts";
import { seccompVersion } from "../../sys/seccomp.ts";
import { featuresDocument } from "../runtime/features-document.ts";
import { compilableArchitectures } from "../seccomp/compile.ts";
import { podFeatures, runtimeInfo } from "../shim/runtime-info.ts";
import { readStandardInput } from "../shim/start.ts";

export function describeRuntime(): Uint8Array {
  const seccomp = { version: seccompVersion(), architectures: compilableArchitectures() };
  return runtimeInfo(readStandardInput(), {
    version: { version: productVersion, revision: productCommit },
    features: featuresDocument(seccomp, podFeatures),
  });
}
