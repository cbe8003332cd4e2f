/** The bundle: config.json read and checked, before anything is made. */
import { chainMessage, Fault } from "../../base/fault.ts";
import { decodeUtf8 } from "../../base/text.ts";
import { checkSpecSize, maxSpecBytes, parseSpec, specNotFound } from "../../oci/parse.ts";
import type { Spec } from "../../oci/spec.ts";
import { findUnsupported } from "../../oci/unsupported.ts";
import { close, fstat, isBlockDevice, isDirectory, isRegular, O, open, readAll, statIfPresent } from "../../sys/file.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import type { Configuration } from "../config/configuration.ts";

export interface Bundle {
  /** Absolute. */
  readonly path: string;
  readonly spec: Spec;
  /** Absolute. */
  readonly rootfs: string;
  /** `rootfs` is a block device or, where an annotation says so, an image file. */
  readonly rootIsDisk: boolean;
  /** What the root is made of where it is on disks. */
  readonly rootImage?: RootImage;
  /** Sentences for the log. */
  readonly warnings: readonly string[];
}

const specFile = "config.json";

/** A block device or an image, absolute, and how its file system is to be mounted. */
export interface LayerImage {
  readonly path: string;
  readonly options: readonly string[];
  /** Where an erofs has the data of its files, in its own order. */
  readonly blobs?: readonly string[];
}

/** The two directories of an overlay that is written to, at the top of the file system of `image`. */
export interface WrittenLayer {
  readonly image: LayerImage;
  readonly upper: string;
  readonly work: string;
}

/** What a caller has instead of the bundle's `root.path`: one file system, or several below an overlay. */
export interface RootImage {
  readonly top: LayerImage;
  /** Layers below it, the uppermost first. With any of these, or `written`, none is written to itself. */
  readonly below?: readonly LayerImage[];
  /** Absent: what is written to layers stays in the guest's memory. */
  readonly written?: WrittenLayer;
  /** Of the overlay, beside its directories. */
  readonly overlayOptions?: readonly string[];
}

/** The bundle at `path` (absolute), whose specification is `written`. */
export function openBundle(path: string, written: Spec, { runtime }: Pick<Configuration, "runtime">, image?: RootImage): Bundle {
  const spec = runtime.disableGuestSeccomp ? withoutSeccomp(written) : written;
  const { fields, warnings: ignored } = findUnsupported(spec);
  const dropped = spec === written ? [] : ["linux.seccomp: not applied, disable_guest_seccomp is set in the configuration"];
  const warnings = [...dropped, ...ignored];
  if (fields.length > 0) {
    throw new Fault(`config.json: not supported: ${fields.join(", ")}`, { component: "oci", code: "unsupported" });
  }
  if (image) return { path, spec, rootfs: image.top.path, rootIsDisk: true, rootImage: image, warnings };
  const rootfs = spec.root.path.startsWith("/") ? spec.root.path : `${path}/${spec.root.path}`;
  const found = statIfPresent(rootfs);
  if (!found)
    throw new Fault(`root.path ${JSON.stringify(spec.root.path)} in config.json: ${rootfs} does not exist`, {
      component: "oci",
      code: "ENOENT",
    });
  const rootIsDisk = isBlockDevice(found) || saysImage(spec.annotations);
  if (rootIsDisk ? !isBlockDevice(found) && !isRegular(found) : !isDirectory(found)) {
    const wanted = rootIsDisk
      ? `neither a block device nor an image file, as annotation ${imageAnnotation} says`
      : `not a directory (an image file needs the annotation ${imageAnnotation}=file)`;
    throw new Fault(`root.path ${JSON.stringify(spec.root.path)} in config.json: ${rootfs} is ${wanted}`, {
      component: "oci",
      code: "ENOTDIR",
    });
  }
  return { path, spec, rootfs, rootIsDisk, ...(rootIsDisk && { rootImage: { top: { path: rootfs, options: [] } } }), warnings };
}

/** The Kata runtime's: `root.path` is an image. Among the options of a mount it says the same of its source. */
export const imageAnnotation = "io.katacontainers.fs-opt.block_device";

function saysImage(annotations: Spec["annotations"]): boolean {
  const value = annotations && Object.hasOwn(annotations, imageAnnotation) ? annotations[imageAnnotation] : undefined;
  if (value !== undefined && value !== "file")
    throw new Fault(`annotation ${imageAnnotation} is ${JSON.stringify(value)}: must be "file"`, {
      component: "oci",
      code: "invalid-spec",
    });
  return value !== undefined;
}

function withoutSeccomp(spec: Spec): Spec {
  if (spec.linux?.seccomp === undefined) return spec;
  const { seccomp: _, ...linux } = spec.linux;
  return { ...spec, linux };
}

/** The specification alone, as `exec` takes its defaults from. */
export function readSpec(bundle: string): Spec {
  let fd: Fd;
  try {
    fd = open(`${bundle}/${specFile}`, O.RDONLY | O.NONBLOCK);
  } catch (error) {
    if (isErrno(error, "ENOENT")) throw specNotFound(specFile);
    throw new Fault(`open ${specFile}: ${chainMessage(error)}`, { component: "oci" });
  }
  try {
    const facts = fstat(fd);
    if (isDirectory(facts)) throw new Fault(`read ${specFile}: is a directory, must be a file`, { component: "oci", code: "EISDIR" });
    checkSpecSize(facts.size, specFile);
    return parseSpec(decodeUtf8(readAll(fd, maxSpecBytes, specFile)), specFile);
  } finally {
    close(fd);
  }
}
