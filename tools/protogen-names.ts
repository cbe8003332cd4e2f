/** How names of .proto files become names of TypeScript. */

/** `container_id` -> `containerId`, `OCI` -> `oci`, `OOMScoreAdj` -> `oomScoreAdj`, `HostID` -> `hostID`. */
export function fieldName(name: string): string {
  const camel = name.replace(/_+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return smallHead(camel);
}

/** As the server finds a method by its bare name: only the first letter changes. */
export function methodKey(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** `NOT_SERVING` -> `notServing`, `OnRootMismatch` -> `onRootMismatch`. */
export function constName(name: string): string {
  return /^[A-Z0-9_]+$/.test(name) ? fieldName(name.toLowerCase()) : fieldName(name);
}

/** `google/protobuf/empty` -> `google/empty.ts`. */
export function moduleName(path: string): string {
  return `${path.replace(/^google\/protobuf\//, "google/")}.ts`;
}

/** The leading run of capitals becomes small, except its last letter where a word starts with it. */
function smallHead(name: string): string {
  const run = /^[A-Z]*/.exec(name)?.[0].length ?? 0;
  const next = name.charAt(run);
  const head = run > 1 && /[a-z]/.test(next) ? run - 1 : run;
  return name.slice(0, head).toLowerCase() + name.slice(head);
}
