/** JSON as Go's encoder writes it (`<>&` and line separators escaped): what runc prints and logs. */
export function goJson(value: unknown, indent?: string): string {
  const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value, undefined, indent).replace(/[<>&\u2028\u2029]/g, escaped);
}
