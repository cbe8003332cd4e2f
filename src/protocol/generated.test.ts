import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { create, type DescField, type DescMessage, fromBinary, type Message, ScalarType, toBinary } from "@bufbuild/protobuf";
import { FieldOptions_JSType } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { compile } from "../../tools/protogen-compile.ts";
import { generate } from "../../tools/protogen-emit.ts";
import { fieldName, moduleName } from "../../tools/protogen-names.ts";
import { Fault } from "../base/fault.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const files = compile(root);

type Plain = Record<string, unknown>;
type Encode = (message: Plain) => Uint8Array;
type Decode = (bytes: Uint8Array) => Plain;

/** The generated functions of a message. */
async function generated(message: DescMessage): Promise<{ encode: Encode; decode: Decode }> {
  const module: Record<string, unknown> = await import(`./gen/${moduleName(message.file.name)}`);
  return { encode: module[`encode${message.name}`] as Encode, decode: module[`decode${message.name}`] as Decode };
}

const isNumber = (field: DescField): boolean => field.proto.options?.jstype === FieldOptions_JSType.JS_NUMBER;
const hasPresence = (field: DescField): boolean => field.message !== undefined || field.oneof !== undefined || field.proto.proto3Optional;

/** Entries of maps may leave out what is a default, and differ in that. */
const hasMap = (message: DescMessage): boolean =>
  message.fields.some((field) => field.fieldKind === "map" || (field.message !== undefined && hasMap(field.message)));

/** An oracle's message as ours are. */
function plainOf(message: DescMessage, value: Message): Plain {
  const values = value as unknown as Plain;
  const one = (field: DescField, v: unknown): unknown => {
    if (field.message) return plainOf(field.message, v as Message);
    return isNumber(field) ? Number(v) : v;
  };
  const plain: Plain = {};
  for (const field of message.fields) {
    let v = values[field.localName];
    if (field.oneof) {
      const chosen = values[field.oneof.localName] as { case?: string; value?: unknown };
      v = chosen.case === field.localName ? chosen.value : undefined;
    }
    if (field.fieldKind === "list") v = (v as unknown[]).map((e) => one(field, e));
    else if (field.fieldKind === "map") v = Object.fromEntries(Object.entries(v as Plain).map(([k, e]) => [k, one(field, e)]));
    else if (v !== undefined) v = one(field, v);
    plain[fieldName(field.name)] = v;
  }
  return plain;
}

function scalarArbitrary(field: DescField): fc.Arbitrary<unknown> {
  const limit = isNumber(field) ? BigInt(Number.MAX_SAFE_INTEGER) : undefined;
  switch (field.scalar) {
    case ScalarType.STRING:
      return fc.string({ unit: "binary", maxLength: 300, size: "max" });
    case ScalarType.BYTES:
      return fc.uint8Array({ maxLength: 300, size: "max" });
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.UINT32:
      return fc.integer({ min: 0, max: 0xffffffff });
    case ScalarType.UINT64:
      return fc.bigInt({ min: 0n, max: limit ?? 2n ** 64n - 1n });
    case ScalarType.INT64:
      return fc.bigInt({ min: -(limit ?? 2n ** 63n), max: limit ?? 2n ** 63n - 1n });
    default:
      return fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  }
}

/** Messages of the oracle, each field set or not. */
function messageArbitrary(message: DescMessage): fc.Arbitrary<Message> {
  const fields: Record<string, fc.Arbitrary<unknown>> = {};
  for (const field of message.fields) {
    const one = field.message ? fc.option(messageArbitrary(field.message), { nil: undefined, freq: 2 }) : scalarArbitrary(field);
    const present = one.filter((v) => v !== undefined);
    const key = field.oneof?.localName ?? field.localName;
    if (field.fieldKind === "list") fields[key] = fc.array(present, { maxLength: 3 });
    else if (field.fieldKind === "map") fields[key] = fc.dictionary(fc.string({ maxLength: 8 }), present, { maxKeys: 3 });
    else if (field.oneof)
      fields[key] = fc.option(
        one.map((value) => ({ case: field.localName, value })),
        { nil: { case: undefined } },
      );
    else fields[key] = hasPresence(field) ? fc.option(one, { nil: undefined }) : one;
  }
  return fc.record(fields, { requiredKeys: [] }).map((init) => {
    const given = Object.entries(init).filter(([, v]) => v !== undefined);
    return create(message, Object.fromEntries(given) as never);
  });
}

test("the committed code is what the generator makes of proto/", () => {
  for (const [name, text] of generate(files)) {
    const path = join(root, "src/protocol/gen", name);
    assert.equal(existsSync(path) ? readFileSync(path, "utf8") : "", text, `${path} is stale: node --import tsx tools/protogen.ts`);
  }
});

for (const message of files.flatMap((file) => file.messages)) {
  test(`${message.typeName}: what we write another implementation reads, and the other way round`, async () => {
    const { encode, decode } = await generated(message);
    fc.assert(
      fc.property(messageArbitrary(message), (value) => {
        const plain = plainOf(message, value);
        const bytes = encode(plain);
        assert.deepEqual(plainOf(message, fromBinary(message, bytes)), plain);
        if (!hasMap(message)) assert.equal(bytes.length, toBinary(message, value).length);
        assert.deepEqual(decode(toBinary(message, value)), plain);
      }),
      { numRuns: 12, endOnFailure: true }, // shrinking messages of this depth takes minutes
    );
  });
}

test("input of any bytes gives a message or a Fault, and so does a message cut short", async () => {
  const request = files.flatMap((file) => file.messages).find((m) => m.typeName === "grpc.CreateContainerRequest");
  assert.ok(request);
  const { decode } = await generated(request);
  const survive = (bytes: Uint8Array): void => {
    try {
      decode(bytes);
    } catch (error) {
      assert.ok(error instanceof Fault, String(error));
    }
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), survive), { numRuns: 2000 });
  fc.assert(
    fc.property(messageArbitrary(request), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255), (value, where, byte) => {
      const bytes = toBinary(request, value);
      survive(bytes.subarray(0, Math.floor(bytes.length * where)));
      if (bytes.length > 0) bytes[Math.floor((bytes.length - 1) * where)] = byte;
      survive(bytes);
    }),
    { numRuns: 100 },
  );
});
