/** The same pod where the shim makes the sandbox (`sandboxer = "shim"`): no pause image is needed. */
import { test } from "node:test";
import { Engine, major } from "./containerd.ts";
import { tellPodStory } from "./pod-story.ts";

if (major() >= 2) tellPodStory(new Engine("shim"), "share");
else test("the sandbox API", { skip: "containerd asks a shim for sandboxes of pods from version 2 on" }, () => {});
