/** A Kubernetes pod on the shim, over containerd's CRI: containerd's own sandboxes, whose first container is the pause image. */
import { Engine } from "./containerd.ts";
import { tellPodStory } from "./pod-story.ts";

tellPodStory(new Engine(), "vmm");
