/** As much of HTTP/1.1 as who reads metrics speaks: one GET or HEAD a connection, without a body. Pure, but for the stream. */

import type { ByteStream } from "../../base/stream.ts";
import { decodeUtf8, encodeUtf8 } from "../../base/text.ts";

export interface HttpRequest {
  readonly method: string;
  /** Without the query, not decoded. */
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const longestHead = 8192;

/** undefined when the peer says nothing, or goes away in the middle; "malformed" for what is no request, "too long" for a head that is. */
export async function readRequest(stream: ByteStream): Promise<HttpRequest | "malformed" | "too long" | undefined> {
  let head = new Uint8Array(0);
  for (;;) {
    const bytes = await stream.read();
    if (!bytes) return undefined;
    const longer = new Uint8Array(head.length + bytes.length);
    longer.set(head);
    longer.set(bytes, head.length);
    head = longer;
    const text = decodeUtf8(head.subarray(0, longestHead));
    const end = text.indexOf("\r\n\r\n");
    if (end >= 0) return parseHead(text.slice(0, end)) ?? "malformed";
    if (head.length >= longestHead) return "too long";
  }
}

/** Of what stands before the empty line. */
export function parseHead(text: string): HttpRequest | undefined {
  const [first = "", ...lines] = text.split("\r\n");
  const [, method, target] = /^([A-Z]{1,16}) ([!-~]+) HTTP\/1\.[01]$/.exec(first) ?? [];
  // a proxy's form of the target has scheme and host in front
  const [, path, query = ""] = /^(?:http:\/\/[^/?#]*)?(\/[^?#]*)(?:\?([^#]*))?/.exec(target ?? "") ?? [];
  if (method === undefined || path === undefined) return undefined;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value = ""] = /^([!#$%&'*+\-.^_`|~\w]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined) return undefined;
    headers.set(name.toLowerCase(), value);
  }
  return { method, path, query: parseQuery(query), headers };
}

function parseQuery(text: string): Map<string, string> {
  const parts = text.split("&").filter((part) => part !== "");
  return new Map(
    parts.map((part) => {
      const [name = "", ...rest] = part.split("=");
      return [decoded(name), decoded(rest.join("="))];
    }),
  );
}

/** What is no right encoding stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

const reasons: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
};

/** `head`: the answer to HEAD, which has the length of a body and none. */
export function answerBytes({ status, type, body }: HttpAnswer, head: boolean): Uint8Array {
  const bytes = encodeUtf8(body);
  const lines = [
    `HTTP/1.1 ${status} ${reasons[status] ?? ""}`,
    `Content-Type: ${type}`,
    `Content-Length: ${bytes.length}`,
    ...(status === 405 ? ["Allow: GET, HEAD"] : []),
    "Connection: close",
  ];
  const front = encodeUtf8(`${lines.join("\r\n")}\r\n\r\n`);
  if (head) return front;
  const whole = new Uint8Array(front.length + bytes.length);
  whole.set(front);
  whole.set(bytes, front.length);
  return whole;
}

export const plainAnswer = (status: number, body: string): HttpAnswer => ({ status, type: "text/plain; charset=utf-8", body });
