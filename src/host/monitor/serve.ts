/** kata-monitor's HTTP: what each path answers, and how many may ask at once. */
import { chainMessage } from "../../base/fault.ts";
import type { Logger } from "../../base/log.ts";
import { within } from "../../base/timers.ts";
import { bindInternet } from "../../sys/internet.ts";
import { EPOLL, type EventLoop } from "../../sys/loop.ts";
import { accept, SOCK } from "../../sys/socket.ts";
import { FdStream } from "../../sys/stream.ts";
import { isErrno } from "../../sys/syscall.ts";
import { answerBytes, type HttpAnswer, type HttpRequest, plainAnswer, readRequest } from "./http.ts";
import type { ListenAddress } from "./listen-address.ts";
import type { Scraper } from "./scrape.ts";

/** More wait to be accepted: each page holds the figures of all sandboxes. */
const mostClients = 8;
/** From its first byte to the last of the answer, beside the time that the sandboxes have. */
const clientMs = 10_000;
/** Prometheus itself waits 10 seconds, unless told otherwise. */
const sandboxesMs = 4000;

/** Its pages are described in the command line's table: this is for who has come without it. */
const index = "/metrics\n/metrics?sandbox=ID\n/sandboxes\n/agent-url?sandbox=ID\n";

export interface ServeOptions {
  readonly loop: EventLoop;
  readonly logger: Logger;
  readonly scraper: Scraper;
  readonly address: ListenAddress;
}

/** The port that it listens on. */
export function serveMonitor({ loop, logger, scraper, address }: ServeOptions): number {
  const { fd: listener, port } = listen(address);
  let clients = 0;
  const watch = loop.watch(listener, EPOLL.in, () => {
    const client = accept(listener);
    if (!client) return;
    const stream = new FdStream(loop, client.fd, { bufferSize: 2048 });
    watch.change(++clients < mostClients ? EPOLL.in : 0);
    void within(loop, clientMs + sandboxesMs, converse(stream, scraper, logger)).then(() => {
      stream.close();
      clients--;
      watch.change(EPOLL.in);
    });
  });
  return port;
}

/** All addresses are those of IPv4 where the kernel has no IPv6. */
function listen(at: ListenAddress): ReturnType<typeof bindInternet> {
  try {
    return bindInternet(SOCK.stream, at);
  } catch (error) {
    if (!isErrno(error, "EAFNOSUPPORT") || at.address.some((byte) => byte !== 0)) throw error;
    return bindInternet(SOCK.stream, { ...at, address: new Uint8Array(4) });
  }
}

/** Never fails: a client that goes away is nobody's fault. */
async function converse(stream: FdStream, scraper: Scraper, logger: Logger): Promise<void> {
  try {
    const request = await readRequest(stream);
    if (request === undefined) return;
    const answer = await answerTo(request, scraper, logger);
    await stream.write(answerBytes(answer, typeof request === "object" && request.method === "HEAD"));
    await stream.closeWrite();
  } catch (error) {
    logger.debug(`a client is left: ${chainMessage(error)}`);
  }
}

async function answerTo(request: HttpRequest | "malformed" | "too long", scraper: Scraper, logger: Logger): Promise<HttpAnswer> {
  if (request === "malformed") return plainAnswer(400, "not a request of HTTP/1.1\n");
  if (request === "too long") return plainAnswer(431, "the head of the request is longer than 8192 bytes\n");
  const { method, path, query } = request;
  if (method !== "GET" && method !== "HEAD") return plainAnswer(405, `${method}: must be GET or HEAD\n`);
  logger.debug(`${method} ${path}`);
  try {
    switch (path) {
      case "/":
        return plainAnswer(200, index);
      case "/metrics":
        return await metricsAnswer(query.get("sandbox"), deadlineOf(request), scraper);
      case "/sandboxes":
        return plainAnswer(
          200,
          scraper
            .sandboxes()
            .map(({ id }) => `${id}\n`)
            .join(""),
        );
      case "/agent-url":
        return agentAnswer(query.get("sandbox"), scraper);
      default:
        return plainAnswer(404, `${path}: there is no such page; / has a list\n`);
    }
  } catch (error) {
    logger.error(`${path}: ${chainMessage(error)}`);
    return plainAnswer(500, `${chainMessage(error)}\n`);
  }
}

/** Prometheus says how long it waits; the page must be on its way before. */
function deadlineOf({ headers }: HttpRequest): number {
  const seconds = Number(headers.get("x-prometheus-scrape-timeout-seconds") ?? Number.NaN);
  return seconds > 0 ? Math.min(seconds * 800, sandboxesMs) : sandboxesMs;
}

async function metricsAnswer(id: string | undefined, deadlineMs: number, scraper: Scraper): Promise<HttpAnswer> {
  const body = id === undefined ? await scraper.all(deadlineMs) : await scraper.one(id, deadlineMs);
  return body === undefined ? noSandbox(id ?? "") : { status: 200, type: "text/plain; version=0.0.4; charset=utf-8", body };
}

function agentAnswer(id: string | undefined, scraper: Scraper): HttpAnswer {
  if (id === undefined) return plainAnswer(400, "sandbox: must be given, as in /agent-url?sandbox=ID\n");
  if (!scraper.sandboxes().some((sandbox) => sandbox.id === id)) return noSandbox(id);
  return plainAnswer(404, `sandbox ${id}: its agent has no address, only the sandbox process can reach it\n`);
}

const noSandbox = (id: string): HttpAnswer => plainAnswer(404, `sandbox ${JSON.stringify(id)}: does not run\n`);
