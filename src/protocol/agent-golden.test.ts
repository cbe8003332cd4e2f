/**
 * Every message of the agent API as bytes that another encoder made from Kata's definitions, not from proto/agent.proto: a number or a
 * type that is wrong there shows here. In `testing/agent-golden.txt` each field that Kata has is set, by its number N: text and bytes are
 * "sN", unsigned numbers 1000 + N, signed ones -N, booleans and enumerations 1, lists have two elements (numbers packed), maps the key "k".
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { create, type DescField, type DescMessage, type Message, ScalarType, toBinary } from "@bufbuild/protobuf";
import { compile } from "../../tools/protogen-compile.ts";

const here = dirname(fileURLToPath(import.meta.url));
const file = compile(join(here, "../..")).find(({ name }) => name === "agent");
const golden = new Map(
  readFileSync(join(here, "testing/agent-golden.txt"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split(" ") as [string, string]),
);

/** Fields and messages from here on are not Kata's. */
const firstOwnField = 1000;
const ownMessages = ["HandedOn", "ListProcessesRequest", "ListProcessesResponse", "PassedDescriptor", "ProcessEntry", "WaitReadyRequest"];

function scalarOf({ number, scalar, enum: enumeration }: DescField): unknown {
  if (enumeration !== undefined) return 1;
  switch (scalar) {
    case ScalarType.STRING:
      return `s${number}`;
    case ScalarType.BYTES:
      return Buffer.from(`s${number}`);
    case ScalarType.BOOL:
      return true;
    case ScalarType.UINT32:
      return 1000 + number;
    case ScalarType.UINT64:
      return BigInt(1000 + number);
    case ScalarType.INT64:
      return BigInt(-number);
    default:
      return -number;
  }
}

function filled(message: DescMessage): Message {
  const values: Record<string, unknown> = {};
  for (const field of message.fields) {
    if (field.number >= firstOwnField) continue;
    const one = field.message ? filled(field.message) : scalarOf(field);
    const value = field.fieldKind === "list" ? [one, one] : field.fieldKind === "map" ? { k: one } : one;
    if (field.oneof) values[field.oneof.localName] = { case: field.localName, value };
    else values[field.localName] = value;
  }
  return create(message, values as never);
}

test("Kata's messages are all there", () => {
  const names = file?.messages.map(({ name }) => name).filter((name) => !ownMessages.includes(name));
  const empty = names?.filter((name) => !golden.has(name));
  assert.deepEqual([empty, [...golden.keys()].filter((name) => !names?.includes(name))], [[], []]);
});

for (const message of file?.messages ?? []) {
  const hex = golden.get(message.name);
  if (hex === undefined) continue;
  test(`${message.name}: its bytes are those of Kata, and ours are the same`, async () => {
    assert.equal(Buffer.from(toBinary(message, filled(message))).toString("hex"), hex);
    const module: Record<string, unknown> = await import("./gen/agent.ts");
    const decode = module[`decode${message.name}`] as (bytes: Uint8Array) => never;
    const encode = module[`encode${message.name}`] as (plain: never) => Uint8Array;
    assert.equal(Buffer.from(encode(decode(Buffer.from(hex, "hex")))).toString("hex"), hex);
  });
}
