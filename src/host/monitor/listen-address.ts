/** `HOST:PORT` as Go's programs take it. Pure. */
import { Fault } from "../../base/fault.ts";
import { parseIp } from "../../base/ip.ts";

export interface ListenAddress {
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  /** 0: one that is free. */
  readonly port: number;
}

/** Without a host, all addresses of the machine; an IPv6 address stands in brackets. No names but localhost: nothing is looked up. */
export function parseListenAddress(text: string): ListenAddress {
  const [, bracketed, plain = "", digits = ""] = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (digits === "" || port > 65_535)
    throw wrong(text, "must be HOST:PORT with a port up to 65535, like 127.0.0.1:8090, :8090 or [::1]:8090");
  if (bracketed === undefined && host === "") return { address: new Uint8Array(16), port };
  if (host === "localhost") return { address: Uint8Array.of(127, 0, 0, 1), port };
  try {
    return { address: parseIp(host).bytes, port };
  } catch {
    throw wrong(text, `${JSON.stringify(host)} must be an IP address or localhost`);
  }
}

const wrong = (text: string, what: string): Fault =>
  new Fault(`--listen-address ${JSON.stringify(text)}: ${what}`, { component: "monitor", code: "invalid-option" });
