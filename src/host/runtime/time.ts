/** RFC 3339 with nanoseconds in UTC, as Go's RFC3339Nano writes it: no trailing zeros. */
export function rfc3339(ns: bigint): string {
  const seconds = Number(ns / 1_000_000_000n);
  const fraction = (ns % 1_000_000_000n).toString().padStart(9, "0").replace(/0+$/, "");
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  return `${whole}${fraction === "" ? "" : `.${fraction}`}Z`;
}
