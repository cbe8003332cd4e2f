/** containerd's own client on runc and on kata, both below its runc shim (`ctr run --runc-binary`). */

import { kataRuntime } from "../support/world.ts";
import { Ctr, ctrFeatures, version } from "./ctr.ts";
import { testMatrix } from "./matrix.ts";

testMatrix({
  title: `containerd ${version()}, \`ctr run --runc-binary kata-runtime\``,
  engine: new Ctr(),
  features: ctrFeatures,
  peer: "runc",
  kata: kataRuntime,
});
