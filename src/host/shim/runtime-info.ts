/** What containerd 2 asks before it starts anything (`-info`): name, version and abilities, as containerd.types.RuntimeInfo. Pure. */
import { encodeUtf8 } from "../../base/text.ts";
import { type Feature, guestFeatures } from "../../oci/unsupported.ts";
import { type Any, decodeAny } from "../../protocol/gen/google/any.ts";
import { encodeRuntimeInfo, type RuntimeVersion } from "../../protocol/gen/shim.ts";

/**
 * Mounts of a root file system that containerd (from 2.2 on) leaves to the shim instead of mounting them: types, and `STEP/*` for what
 * stands before a type. Here they become disks where they can be, and else `rootfs.ts` mounts them.
 */
const leftToShim = ["erofs", "ext4", "format/*", "mkdir/*"];

/** containerd takes this for what pods may have, and none may have a user namespace. */
export const podFeatures: readonly Feature[] = guestFeatures.filter((feature) => feature !== "user-namespace");

export interface Facts {
  readonly version: RuntimeVersion;
  /** As the runtime specification's features document. */
  readonly features: object;
}

/** `input` is what containerd sent, an Any with the options of the runtime class or nothing: they are in the answer again. */
export function runtimeInfo(input: Uint8Array, { version, features }: Facts): Uint8Array {
  const options = optionsIn(input);
  return encodeRuntimeInfo({
    name: "io.containerd.kata.v2",
    version,
    ...(options && { options }),
    features: {
      typeUrl: "types.containerd.io/opencontainers/runtime-spec/1/features/Features",
      value: encodeUtf8(JSON.stringify(features)),
    },
    annotations: { "containerd.io/runtime-allow-mounts": leftToShim.join(",") },
  });
}

function optionsIn(input: Uint8Array): Any | undefined {
  try {
    const any = decodeAny(input);
    return any.typeUrl === "" ? undefined : any;
  } catch {
    return undefined;
  }
}
