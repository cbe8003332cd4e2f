/** A client of the agent whose messages another protobuf implementation makes and reads, from JSON: what Kata's runtimes would send. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type DescMessage, fromBinary, fromJson, type JsonObject, toBinary, toJson } from "@bufbuild/protobuf";
import { agentPort } from "../../src/protocol/ports.ts";
import type { ClientMethod } from "../../src/protocol/service.ts";
import { connectTtrpc } from "../../src/protocol/ttrpc-client.ts";
import { compile } from "../../tools/protogen-compile.ts";
import { nodeTimers, type TestVm } from "./vm.ts";

/** Calls a method by its bare name; fields are as protobuf's JSON has them (64-bit numbers as text, bytes as base64). */
export interface ForeignClient {
  call(method: string, request: JsonObject): Promise<JsonObject>;
  close(): void;
}

export async function foreignClient(vm: TestVm): Promise<ForeignClient> {
  const file = compile(join(dirname(fileURLToPath(import.meta.url)), "../..")).find(({ name }) => name === "agent");
  const connection = connectTtrpc(await vm.transport.dial(agentPort), nodeTimers);
  const calls = new Map<string, (request: never) => Promise<unknown>>();
  for (const { typeName, methods } of file?.services ?? []) {
    const table = Object.fromEntries(methods.map(({ name, input, output }) => [name, methodOf(name, input, output)]));
    for (const [name, call] of Object.entries(connection.client({ name: typeName, methods: table }))) calls.set(name, call);
  }
  return {
    call: async (method, request) => {
      const call = calls.get(method);
      if (!call) throw new Error(`${method}: there is no such method`);
      return (await call(request as never)) as JsonObject;
    },
    close: () => connection.close(),
  };
}

function methodOf(name: string, input: DescMessage, output: DescMessage): ClientMethod {
  return {
    name,
    encodeRequest: (json: never) => toBinary(input, fromJson(input, json)),
    decodeResponse: (bytes) => toJson(output, fromBinary(output, bytes), { alwaysEmitImplicit: true, useProtoFieldName: true }),
  };
}
