/** A client of the CRI: what kubelet calls, over gRPC. Its messages are plain objects, named as in the CRI's proto. */
import { credentials, loadPackageDefinition, type ServiceClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

type Message = Readonly<Record<string, unknown>>;
type Method = (request: Message, options: { deadline: number }, done: (error: Error | null, response: Message) => void) => void;

export class Cri {
  readonly #runtime: Readonly<Record<string, Method>>;

  constructor(socket: string) {
    const proto = process.env["KATA_CRI_PROTO"];
    if (proto === undefined) throw new Error("KATA_CRI_PROTO: must name the CRI's api.proto (tools/engine-test.sh does)");
    const loaded = loadPackageDefinition(loadSync(proto, { keepCase: true, longs: Number, enums: String, defaults: true }));
    const { RuntimeService } = (loaded["runtime"] as { v1: { RuntimeService: ServiceClientConstructor } }).v1;
    this.#runtime = new RuntimeService(`unix://${socket}`, credentials.createInsecure()) as unknown as Readonly<Record<string, Method>>;
  }

  call<T = Message>(method: string, request: Message, timeoutMs = 120_000): Promise<T> {
    const call = this.#runtime[method];
    if (!call) throw new Error(`the CRI has no method ${method}`);
    return new Promise((resolve, reject) => {
      call.call(this.#runtime, request, { deadline: Date.now() + timeoutMs }, (error, response) =>
        error ? reject(error) : resolve(response as T),
      );
    });
  }

  close(): void {
    (this.#runtime as unknown as { close(): void }).close();
  }
}
