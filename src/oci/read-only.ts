/** Whether the options of a mount make it read-only: the last of `ro` and `rw` counts, as for mount(8). */
export function isReadOnly(options: readonly string[] = []): boolean {
  return options.findLast((option) => ["ro", "rro", "rw", "rrw"].includes(option))?.endsWith("ro") ?? false;
}
