/** Devices that a request gives to a container: in its specification they have the numbers that they have on the host. */
import type { Spec } from "../../oci/spec.ts";
import type { Device, DeviceRule } from "../../oci/spec-linux.ts";
import type * as kata from "../../protocol/gen/agent.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { type Disk, findDisk } from "../storage/disks.ts";

/** The specification with the guest's numbers, in the devices and in the rules about them. */
export function withGivenDevices(spec: Spec, given: readonly kata.Device[]): Spec {
  if (given.length === 0) return spec;
  return renumber(spec, new Map(given.map(({ type, id, vmPath, containerPath }) => [containerPath, findDisk(type, id || vmPath)])));
}

/** Pure. `disks` by their paths in the container. */
export function renumber(spec: Spec, disks: ReadonlyMap<string, Pick<Disk, "major" | "minor">>): Spec {
  const { linux } = spec;
  const listed = linux?.devices ?? [];
  for (const path of disks.keys())
    if (!listed.some((device) => device.path === path && device.type === "b"))
      throw new RpcError(rpcCode.invalidArgument, `devices: ${JSON.stringify(path)} is no block device of linux.devices`);
  const moved = listed.flatMap((device) => {
    const disk = disks.get(device.path);
    return disk ? [{ host: device, disk }] : [];
  });
  const devices = listed.map((device): Device => {
    const disk = disks.get(device.path);
    return disk ? { ...device, major: disk.major, minor: disk.minor } : device;
  });
  const rules = linux?.resources?.devices?.flatMap((rule): DeviceRule[] => {
    const ones =
      rule.type === "b" ? moved.filter(({ host }) => Number(rule.major) === host.major && Number(rule.minor) === host.minor) : [];
    return ones.length === 0 ? [rule] : ones.map(({ disk }) => ({ ...rule, major: disk.major, minor: disk.minor }));
  });
  return { ...spec, linux: { ...linux, devices, ...(rules && { resources: { ...linux?.resources, devices: rules } }) } };
}
