import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { createFileRegistry, type DescFile, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

/** The .proto files below `root`/proto, and those they import, as descriptors in the order of their paths. */
export function compile(root: string): DescFile[] {
  const buf = join(root, "node_modules/.bin/buf");
  const bytes = execFileSync(buf, ["build", "proto", "--as-file-descriptor-set", "-o", "-"], { cwd: root, maxBuffer: 64 << 20 });
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, bytes));
  return [...registry.files].sort((a, b) => (a.name < b.name ? -1 : 1));
}
