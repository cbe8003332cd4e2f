/** Faults that people met (docs/cases.md), over Podman, on the runtime that it takes by default and on kata. */
import { commonCases, podmanCases } from "./cases.ts";
import { testMatrix } from "./matrix.ts";
import { Podman, version } from "./podman.ts";

testMatrix({
  title: `Podman ${version()}, cases`,
  engine: new Podman(),
  features: [...commonCases, ...podmanCases],
  peer: process.env["KATA_TEST_PEER"] ?? "crun",
  kata: "kata",
});
