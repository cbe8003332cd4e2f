/** Compiled profiles, kept on disk: engines use the same few again and again, and compiling takes most of ten milliseconds. */
import { chainMessage } from "../../base/fault.ts";
import { shortHash } from "../../base/hash.ts";
import type { Logger } from "../../base/log.ts";
import { decodeUtf8, encodeUtf8 } from "../../base/text.ts";
import { productCommit } from "../../base/version.ts";
import { stringifyExactJson } from "../../oci/shape.ts";
import type { Seccomp } from "../../oci/spec-linux.ts";
import { listDirectory } from "../../sys/directory.ts";
import { mkdirAll, readFile, replaceFile, stat, unlinkIfPresent } from "../../sys/file.ts";
import { randomHex } from "../../sys/random.ts";
import { nativeSeccompArchitecture, seccompVersion } from "../../sys/seccomp.ts";
import { isErrno } from "../../sys/syscall.ts";
import type { CompiledSeccomp } from "./compile.ts";

/** Beyond this many the oldest is removed. */
const mostEntries = 32;
const entryLimit = 4 << 20;
/** Three little-endian words: bytes of the key, flags, bytes of the program. Key and program come after them. */
const headerBytes = 12;

/** What there is in `directory` for `profile`; else what `compile` makes of it, kept. A cache that fails costs only time. */
export function cachedSeccomp(
  directory: string,
  profile: Seccomp,
  logger: Logger,
  compile: (profile: Seccomp) => CompiledSeccomp,
): CompiledSeccomp {
  const key = stringifyExactJson([productCommit, seccompVersion(), nativeSeccompArchitecture(), profile]);
  const path = `${directory}/${shortHash(key)}`;
  const found = readEntry(path, key, logger);
  if (found) return found;
  const compiled = compile(profile);
  try {
    mkdirAll(directory, 0o700);
    replaceFile(path, packEntry(key, compiled), { temporary: `${path}.${randomHex(4)}`, sync: false });
    removeOldest(directory);
  } catch (error) {
    logger.warning(`keep compiled seccomp profile: ${chainMessage(error)}`, { source: "seccomp" });
  }
  return compiled;
}

function readEntry(path: string, key: string, logger: Logger): CompiledSeccomp | undefined {
  try {
    return parseEntry(readFile(path, entryLimit), key);
  } catch (error) {
    if (!isErrno(error, "ENOENT")) logger.warning(`read compiled seccomp profile: ${chainMessage(error)}`, { source: "seccomp" });
    return undefined;
  }
}

export function packEntry(keyText: string, { program, flags }: CompiledSeccomp): Uint8Array {
  const key = encodeUtf8(keyText);
  const bytes = new Uint8Array(headerBytes + key.length + program.length);
  const view = new DataView(bytes.buffer);
  [key.length, flags, program.length].forEach((word, i) => void view.setUint32(i * 4, word, true));
  bytes.set(key, headerBytes);
  bytes.set(program, headerBytes + key.length);
  return bytes;
}

/** undefined for another key's entry of the same name, and for one that is not whole. */
export function parseEntry(bytes: Uint8Array, key: string): CompiledSeccomp | undefined {
  if (bytes.length < headerBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const [keyBytes, flags, programBytes] = [view.getUint32(0, true), view.getUint32(4, true), view.getUint32(8, true)];
  if (bytes.length !== headerBytes + keyBytes + programBytes) return undefined;
  const programStart = headerBytes + keyBytes;
  if (decodeUtf8(bytes.subarray(headerBytes, programStart)) !== key) return undefined;
  return { program: bytes.slice(programStart), flags };
}

function removeOldest(directory: string): void {
  const names = listDirectory(directory);
  if (names.length <= mostEntries) return;
  const dated = names.map((name) => ({ name, mtimeNs: stat(`${directory}/${name}`).mtimeNs }));
  dated.sort((a, b) => (a.mtimeNs < b.mtimeNs ? -1 : 1));
  for (const { name } of dated.slice(0, names.length - mostEntries)) unlinkIfPresent(`${directory}/${name}`);
}
