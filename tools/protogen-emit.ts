/** Descriptors to TypeScript. What our .proto files do not use (groups, fixed-width integers, other map keys) is refused. */
import {
  type DescEnum,
  type DescField,
  type DescFile,
  type DescMessage,
  type DescMethod,
  type DescService,
  ScalarType,
} from "@bufbuild/protobuf";
import { FieldOptions_JSType } from "@bufbuild/protobuf/wkt";
import { constName, fieldName, methodKey, moduleName } from "./protogen-names.ts";

/** Per scalar type: its TypeScript type, default, and the methods of Reader and Writer. */
interface Scalar {
  readonly type: string;
  readonly zero: string;
  readonly method: string;
}

function scalarOf(field: DescField, type: ScalarType): Scalar {
  const asNumber = field.proto.options?.jstype === FieldOptions_JSType.JS_NUMBER;
  switch (type) {
    case ScalarType.STRING:
      return { type: "string", zero: '""', method: "string" };
    case ScalarType.BYTES:
      return { type: "Uint8Array", zero: "new Uint8Array()", method: "bytes" };
    case ScalarType.BOOL:
      return { type: "boolean", zero: "false", method: "bool" };
    case ScalarType.UINT32:
      return { type: "number", zero: "0", method: "u32" };
    case ScalarType.INT32:
      return { type: "number", zero: "0", method: "i32" };
    case ScalarType.UINT64:
      return asNumber ? { type: "number", zero: "0", method: "u64Number" } : { type: "bigint", zero: "0n", method: "u64" };
    case ScalarType.INT64:
      return asNumber ? { type: "number", zero: "0", method: "i64Number" } : { type: "bigint", zero: "0n", method: "i64" };
    case ScalarType.DOUBLE:
      return { type: "number", zero: "0", method: "double" };
    default:
      throw new Error(`protogen: ${field.parent.typeName}.${field.name}: type ${ScalarType[type]} is not supported`);
  }
}

const enumScalar: Scalar = { type: "number", zero: "0", method: "i32" };

function wireType(scalar: Scalar): number {
  if (scalar.method === "string" || scalar.method === "bytes") return 2;
  return scalar.method === "double" ? 1 : 0;
}

function elementScalar(field: DescField): Scalar | undefined {
  if (field.scalar !== undefined) return scalarOf(field, field.scalar);
  return field.enum ? enumScalar : undefined;
}

/** Whether absence differs from the default. */
function hasPresence(field: DescField): boolean {
  return field.oneof !== undefined || field.proto.proto3Optional;
}

interface FieldCode {
  readonly type: string;
  readonly zero: string;
  /** Cases of the reader's switch. */
  readonly cases: readonly string[];
  readonly write: string;
}

function singularCode(field: DescField, access: string): FieldCode {
  const tag = (wire: number): number => (field.number << 3) | wire;
  if (field.message) {
    const name = field.message.name;
    return {
      type: `${name} | undefined`,
      zero: "undefined",
      cases: [`case ${tag(2)}: ${access} = r.message(read${name}, ${access}); break;`],
      write: `w.message(${tag(2)}, ${access}, write${name});`,
    };
  }
  const scalar = elementScalar(field);
  if (!scalar) throw new Error(`protogen: ${field.parent.typeName}.${field.name}: neither scalar, enum nor message`);
  const wire = tag(wireType(scalar));
  const presence = hasPresence(field);
  return {
    type: presence ? `${scalar.type} | undefined` : scalar.type,
    zero: presence ? "undefined" : scalar.zero,
    cases: [`case ${wire}: ${access} = r.${scalar.method}(); break;`],
    write: `w.${scalar.method}(${wire}, ${access}${presence ? ", true" : ""});`,
  };
}

function listCode(field: DescField, access: string): FieldCode {
  const delimited = (field.number << 3) | 2;
  if (field.message) {
    const name = field.message.name;
    return {
      type: `${name}[]`,
      zero: "[]",
      cases: [`case ${delimited}: r.add(${access}, r.message(read${name})); break;`],
      write: `w.messages(${delimited}, ${access}, write${name});`,
    };
  }
  const scalar = elementScalar(field);
  const supported = ["string", "u32", "u64", "u64Number"];
  if (!scalar || !supported.includes(scalar.method)) {
    throw new Error(`protogen: ${field.parent.typeName}.${field.name}: a list of ${scalar?.method} is not supported`);
  }
  const cases = [`case ${(field.number << 3) | wireType(scalar)}: r.add(${access}, r.${scalar.method}()); break;`];
  if (wireType(scalar) === 0) cases.push(`case ${delimited}: r.packed(${access}, () => r.${scalar.method}()); break;`);
  return { type: `${scalar.type}[]`, zero: "[]", cases, write: `w.${scalar.method}s(${delimited}, ${access});` };
}

function mapCode(field: DescField & { fieldKind: "map" }, access: string): FieldCode {
  const where = `protogen: ${field.parent.typeName}.${field.name}`;
  if (field.mapKey !== ScalarType.STRING) throw new Error(`${where}: map keys other than string are not supported`);
  const tag = (field.number << 3) | 2;
  if (field.message) {
    const name = field.message.name;
    return {
      type: `Record<string, ${name}>`,
      zero: "{}",
      cases: [`case ${tag}: r.entry(${access}, () => r.message(read${name}), () => read${name}(r, r.pos)); break;`],
      write: `w.entries(${tag}, ${access}, (v) => w.message(18, v, write${name}));`,
    };
  }
  const scalar = elementScalar(field);
  if (!scalar) throw new Error(`${where}: map of nothing`);
  return {
    type: `Record<string, ${scalar.type}>`,
    zero: "{}",
    cases: [`case ${tag}: r.entry(${access}, () => r.${scalar.method}(), () => ${scalar.zero}); break;`],
    write: `w.entries(${tag}, ${access}, (v) => w.${scalar.method}(${16 | wireType(scalar)}, v));`,
  };
}

function fieldCode(field: DescField): FieldCode {
  const access = `m.${fieldName(field.name)}`;
  if (field.fieldKind === "list") return listCode(field, access);
  if (field.fieldKind === "map") return mapCode(field, access);
  return singularCode(field, access);
}

function emitMessage(message: DescMessage): string {
  if (message.nestedMessages.some((nested) => !nested.proto.options?.mapEntry) || message.nestedEnums.length > 0) {
    throw new Error(`protogen: ${message.typeName}: nested types are not supported`);
  }
  const name = message.name;
  const fields = message.fields.map((field) => ({ name: fieldName(field.name), code: fieldCode(field) }));
  const lines = [`export interface ${name} {`, ...fields.map((f) => `  ${f.name}: ${f.code.type};`), "}", ""];
  const zeros = fields.map((f) => `${f.name}: ${f.code.zero}`).join(", ");
  const unused = fields.length === 0 ? "_" : "";
  lines.push(
    `export function read${name}(r: Reader, end: number, m: ${name} = { ${zeros} }): ${name} {`.replace("{  }", "{}"),
    "  while (r.pos < end) {",
    "    const tag = r.tag();",
  );
  if (fields.length === 0) lines.push("    r.skip(tag);");
  else
    lines.push(
      "    switch (tag) {",
      ...fields.flatMap((f) => f.code.cases).map((c) => `      ${c}`),
      "      default: r.skip(tag);",
      "    }",
    );
  lines.push("  }", "  return m;", "}", "");
  lines.push(
    `export function write${name}(${unused}w: Writer, ${unused}m: Init<${name}>): void {`,
    ...fields.map((f) => `  ${f.code.write}`),
    "}",
    "",
  );
  lines.push(
    `export function encode${name}(m: Init<${name}>): Uint8Array {`,
    `  return encode(m, write${name});`,
    "}",
    "",
    `export function decode${name}(bytes: Uint8Array): ${name} {`,
    `  return decode(bytes, read${name});`,
    "}",
  );
  return lines.join("\n");
}

function emitEnum(desc: DescEnum): string {
  return [`export const ${desc.name} = {`, ...desc.values.map((v) => `  ${constName(v.name)}: ${v.number},`), "} as const;"].join("\n");
}

/** The functions of a row of a method table, by the end of the connection that needs them. */
const ends = {
  "": ["encodeRequest", "decodeRequest", "encodeResponse", "decodeResponse"],
  Client: ["encodeRequest", "decodeResponse"],
  Server: ["decodeRequest", "encodeResponse"],
} as const;

function emitRow(method: DescMethod, functions: readonly string[]): string {
  if (method.methodKind !== "unary") throw new Error(`protogen: ${method.parent.typeName}.${method.name}: streams are not supported`);
  const cells = functions.map((f) => `${f}: ${f.replace("Request", method.input.name).replace("Response", method.output.name)}`);
  return `    ${methodKey(method.name)}: { name: "${method.name}", ${cells.join(", ")} },`;
}

/** A table for each end, so that a program carries the half of the code that it uses, and one with both for types and tests. */
function emitService(service: DescService): string {
  const tables = Object.entries(ends).map(([end, functions]) => [
    `export const ${service.name}${end} = {`,
    `  name: "${service.typeName}",`,
    "  methods: {",
    ...service.methods.map((method) => emitRow(method, functions)),
    "  },",
    `} as const satisfies ${end}Service;`,
  ]);
  return tables.map((lines) => lines.join("\n")).join("\n\n");
}

/** Functions and types of other files' messages that this file's code names. */
function emitImports(file: DescFile, up: string): string[] {
  const wanted = new Map<string, Set<string>>();
  const want = (message: DescMessage, prefixes: readonly string[]): void => {
    if (message.file.name === file.name) return;
    const names = wanted.get(message.file.name) ?? new Set<string>();
    wanted.set(message.file.name, names);
    for (const prefix of prefixes) names.add(prefix + message.name);
  };
  for (const field of file.messages.flatMap((m) => m.fields)) if (field.message) want(field.message, ["type ", "read", "write"]);
  for (const method of file.services.flatMap((s) => s.methods)) {
    for (const message of [method.input, method.output]) want(message, ["encode", "decode"]);
  }
  const here = up === "../" ? "./" : up.slice(3);
  return [...wanted].map(([path, names]) => `import { ${[...names].sort().join(", ")} } from "${here}${moduleName(path)}";`);
}

function emitFile(file: DescFile): string {
  const up = "../".repeat(moduleName(file.name).split("/").length);
  const lines = [`// Generated from proto/${file.name}.proto by tools/protogen.ts. Do not edit.`.replace("proto/google", "google")];
  if (file.services.length > 0) lines.push(`import type { ClientService, ServerService, Service } from "${up}service.ts";`);
  lines.push(
    `import { decode, encode, type Init } from "${up}wire.ts";`,
    `import type { Reader } from "${up}wire-reader.ts";`,
    `import type { Writer } from "${up}wire-writer.ts";`,
    ...emitImports(file, up),
  );
  const parts = [...file.enums.map(emitEnum), ...file.messages.map(emitMessage), ...file.services.map(emitService)];
  return `${lines.join("\n")}\n\n${parts.join("\n\n")}\n`;
}

/** [path below src/protocol/gen, text] per file, in order. */
export function generate(files: readonly DescFile[]): [string, string][] {
  return files.map((file) => [moduleName(file.name), emitFile(file)]);
}
