/** TypeScript source with what is no code blanked out, so that simple patterns can be looked for. Line numbers stay. */

const REGEX_MAY_FOLLOW = /(?:^|[(,=:[!&|?{};>]|\b(?:return|typeof|case))\s*$/;

/** End (exclusive) of the literal that starts at `start` with a quote, a backtick or a slash. */
function literalEnd(text: string, start: number): number {
  const quote = text.charAt(start);
  let inClass = false;
  for (let i = start + 1; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === "\\") i++;
    else if (quote === "/" && (c === "[" || c === "]")) inClass = c === "[";
    else if (c === quote && !inClass) return i + 1;
    else if (c === "\n" && quote !== "`") return i;
  }
  return text.length;
}

function commentEnd(text: string, start: number): number {
  const end = text.charAt(start + 1) === "/" ? text.indexOf("\n", start) : text.indexOf("*/", start + 2) + 2;
  return end < start + 2 ? text.length : end;
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, " ");
}

/** The source without comments and, unless `keepStrings`, without the insides of strings, templates and regular expressions. */
export function codeOnly(text: string, options: { readonly keepStrings?: boolean } = {}): string {
  let out = "";
  for (let i = 0; i < text.length; ) {
    const two = text.slice(i, i + 2);
    const c = two.charAt(0);
    if (two === "//" || two === "/*") {
      const end = commentEnd(text, i);
      out += blank(text.slice(i, end));
      i = end;
    } else if (c === '"' || c === "'" || c === "`" || (c === "/" && REGEX_MAY_FOLLOW.test(out.slice(-20)))) {
      const end = literalEnd(text, i);
      const literal = text.slice(i, end);
      out += options.keepStrings && c !== "/" ? literal : c + blank(literal.slice(1, -1)) + c;
      i = end;
    } else {
      out += c;
      i++;
    }
  }
  return out;
}
