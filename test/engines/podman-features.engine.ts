/** Podman's everyday features, its pods too, on the runtime that it takes by default and on kata. */
import { everyday, podmanFeatures } from "./features.ts";
import { testMatrix } from "./matrix.ts";
import { Podman, version } from "./podman.ts";

testMatrix({
  title: `Podman ${version()}, \`--runtime kata\``,
  engine: new Podman(),
  features: [...everyday, ...podmanFeatures],
  peer: process.env["KATA_TEST_PEER"] ?? "crun",
  kata: "kata",
});
