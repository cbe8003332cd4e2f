/** Faults that people met (docs/cases.md), over Docker, on runc and on kata. */
import { commonCases, dockerCases, ownShimCases, runcShimCases } from "./cases.ts";
import { Dockerd, version } from "./dockerd.ts";
import { testMatrix } from "./matrix.ts";

const ownShim = process.env["KATA_TEST_FACE"] === "shim";
testMatrix({
  title: `Docker ${version()}${ownShim ? ", kata's shim" : ""}, cases`,
  engine: new Dockerd(),
  features: [...commonCases, ...dockerCases, ...(ownShim ? ownShimCases : runcShimCases)],
  peer: "runc",
  kata: ownShim ? "io.containerd.kata.v2" : "kata",
});
