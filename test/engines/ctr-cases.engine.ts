/** Faults that people met (docs/cases.md), over containerd's own client, on the runc shim and on kata's. */
import { Ctr, version } from "./ctr.ts";
import { ctrCases } from "./ctr-cases.ts";
import { testMatrix } from "./matrix.ts";

testMatrix({
  title: `containerd ${version()}, kata's shim, cases`,
  engine: new Ctr(),
  features: ctrCases,
  peer: "io.containerd.runc.v2",
  kata: "io.containerd.kata.v2",
});
