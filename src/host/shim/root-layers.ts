/**
 * Root file systems that a snapshotter keeps as images, one for each layer: those of containerd's erofs snapshotter. Its mounts say it in
 * one of two ways: an overlay of directories where containerd has mounted the layers (2.1), or the images themselves and an overlay that
 * names them by their number (from 2.2 on).
 */
import type { Mount } from "../../protocol/gen/task.ts";
import { listDirectory } from "../../sys/directory.ts";
import { isBlockDevice, isDirectory, isRegular, statIfPresent } from "../../sys/file.ts";
import { fileSystemType } from "../../sys/statfs.ts";
import type { LayerImage, RootImage, WrittenLayer } from "../runtime/bundle.ts";
import { mountedTypes } from "../runtime/disks.ts";
import { isTemplate, mountNumbers } from "./mount-templates.ts";

/** A string says why the layers cannot be disks; undefined: there are none. */
export type FoundRoot = RootImage | string | undefined;

/** `readOnly`: the container cannot write to its root. */
export function rootImage(mounts: readonly Mount[], readOnly: boolean): FoundRoot {
  const [only, ...others] = mounts;
  if (!only) return undefined;
  const last = mounts.at(-1);
  if (last && others.length > 0) return isTemplate(last) ? templateRoot(mounts.slice(0, -1), last, readOnly) : undefined;
  if (only.type === "overlay") return mountedLayers(only, readOnly);
  const top = ["", "/"].includes(only.target) ? layerImage(only) : undefined;
  return top && { top };
}

/** One file system on a block device, or by a loop device in a file. */
function layerImage({ type, source, options }: Mount): LayerImage | undefined {
  if (!mountedTypes.includes(type)) return undefined;
  const facts = statIfPresent(source);
  const usable = facts && (isBlockDevice(facts) || (isRegular(facts) && options.includes("loop")));
  if (!usable) return undefined;
  const blobs = valuesOf(options, "device=");
  const own = options.filter((option) => !option.startsWith("device=") && !option.startsWith("X-containerd."));
  return { path: source, options: own, ...(blobs.length > 0 && { blobs }) };
}

const valuesOf = (options: readonly string[], key: string): string[] =>
  options.flatMap((option) => (option.startsWith(key) ? option.slice(key.length) : []));

const erofsMagic = 0xe0f5e1e2;

/** In the snapshotter's directory of a layer: where it is mounted, `fs`, and the image beside that. */
function mountedLayers({ options }: Mount, readOnly: boolean): FoundRoot {
  const directories = valuesOf(options, "lowerdir=").flatMap((each) => each.split(":"));
  const images = directories.map(imageBeside);
  if (images.every((image) => image === undefined)) return undefined;
  const without = images.indexOf(undefined);
  if (without >= 0) return `${directories[without]} is no mounted layer of erofs`;
  const [upper] = valuesOf(options, "upperdir=");
  const layers = images.flatMap((path) => (path === undefined ? [] : { path, options: ["ro"] }));
  return (upper === undefined ? undefined : hostUpper(upper, readOnly)) ?? ofLayers(layers, options);
}

function imageBeside(directory: string): string | undefined {
  const image = directory.replace(/\/[^/]+\/*$/, "/layer.erofs");
  const [facts, place] = [statIfPresent(image), statIfPresent(directory)];
  const mounted = facts && isRegular(facts) && place && isDirectory(place) && fileSystemType(directory) === erofsMagic;
  return mounted ? image : undefined;
}

function isEmpty(directory: string): boolean {
  const facts = statIfPresent(directory);
  return facts !== undefined && isDirectory(facts) && listDirectory(directory).length === 0;
}

const withinMount = /^\{\{ *mount +(\d+) *\}\}\/([\w.-]+)$/;

function templateRoot(before: readonly Mount[], last: Mount, readOnly: boolean): FoundRoot {
  const images = before.map(layerImage);
  const without = images.indexOf(undefined);
  if (without >= 0) return `mount ${without} of the root, ${before[without]?.type} of ${before[without]?.source}, is no image that exists`;
  const type = last.type.replace(/^(?:format\/|mkdir\/)+/, "");
  if (type !== "overlay" && type !== "bind") return `mount ${before.length} of the root: type ${last.type} is not known`;
  const said = type === "bind" ? [last.source] : valuesOf(last.options, "lowerdir=");
  const lowers = said.flatMap((each) => each.split(":")).map((each) => mountNumbers(each).map((number) => images[number]));
  const layers = lowers.flat().filter((image) => image !== undefined);
  if (layers.length === 0 || lowers.some((each) => each.length === 0 || each.includes(undefined)))
    return `mount ${before.length} of the root: ${JSON.stringify(said.join(":"))} names no mounts before it`;
  if (type === "bind") return ofLayers(layers, []);
  const [upper, work] = [valuesOf(last.options, "upperdir=")[0], valuesOf(last.options, "workdir=")[0]];
  if (upper === undefined && work === undefined) return ofLayers(layers, last.options);
  if (upper?.startsWith("/")) return hostUpper(upper, readOnly) ?? ofLayers(layers, last.options);
  const written = writtenLayer(upper, work, images);
  return typeof written === "string" ? written : ofLayers(layers, last.options, written);
}

/** Why a directory of the host cannot be left out; undefined: it says nothing, and nothing will be written to it. */
function hostUpper(upper: string, readOnly: boolean): string | undefined {
  if (!readOnly) return `what is written goes to ${upper} of the host, and no guest can have an overlay there`;
  return isEmpty(upper) ? undefined : `something was written to ${upper} of the host`;
}

function writtenLayer(upper = "", work = "", images: readonly (LayerImage | undefined)[]): WrittenLayer | string {
  const [upperParts, workParts] = [withinMount.exec(upper), withinMount.exec(work)];
  const image = upperParts ? images[Number(upperParts[1])] : undefined;
  if (!image || !upperParts?.[2] || !workParts?.[2] || upperParts[1] !== workParts[1] || upperParts[2] === workParts[2])
    return `what is written goes to ${upper || "nothing"} and ${work || "nothing"}, which are no two directories of one image`;
  return { image, upper: upperParts[2], work: workParts[2] };
}

/** What the guest says itself, or what was for containerd. */
const notPassed = /^(?:lowerdir|upperdir|workdir)=|^X-containerd\.|^r[ow]$/;
const ofSnapshotter = /^[ug]idmap=/;

function ofLayers(layers: readonly LayerImage[], options: readonly string[], written?: WrittenLayer): FoundRoot {
  const mapped = options.find((option) => ofSnapshotter.test(option));
  if (mapped !== undefined) return `option ${mapped}: ids are mapped on the host alone`;
  const [top, ...below] = layers;
  const overlayOptions = options.filter((option) => !notPassed.test(option));
  return top && { top, below, overlayOptions, ...(written && { written }) };
}
