/** Docker's everyday features on runc and on kata, by its runc shim or (KATA_TEST_FACE=shim) by kata's own. */
import { Dockerd, version } from "./dockerd.ts";
import { dockerFeatures, everyday } from "./features.ts";
import { testMatrix } from "./matrix.ts";

const ownShim = process.env["KATA_TEST_FACE"] === "shim";
const face = ownShim ? "`--runtime io.containerd.kata.v2`" : "`--runtime kata` through its runc shim";
testMatrix({
  title: `Docker ${version()}, ${face}`,
  engine: new Dockerd(),
  features: [...everyday, ...dockerFeatures],
  peer: "runc",
  kata: ownShim ? "io.containerd.kata.v2" : "kata",
});
