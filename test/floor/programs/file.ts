/** Files: whole reads and writes, replacement, trees, locks. */
import { decodeUtf8, encodeUtf8 } from "../../../src/base/text.ts";
import { memoryFile } from "../../../src/sys/descriptor.ts";
import { listDirectory, removeTree } from "../../../src/sys/directory.ts";
import {
  close,
  deviceNumber,
  isCharacterDevice,
  isDirectory,
  isLink,
  isRegular,
  lock,
  lstat,
  mkdir,
  mkdirAll,
  mkdirIfMissing,
  mknod,
  O,
  open,
  openDirectory,
  readFile,
  readlink,
  readTextFile,
  replaceFile,
  stat,
  statIfPresent,
  symlink,
  unlinkIfPresent,
  writeAll,
} from "../../../src/sys/file.ts";
import { fork, processId, reap } from "../../../src/sys/process.ts";
import { equal, finish, finishChild, holds, throws } from "../checks.ts";

const base = `/tmp/floor-file-${processId()}`;
mkdirAll(`${base}/a/b/c`, 0o750);
mkdirAll(`${base}/a/b/c`, 0o750);
equal("directories on the way", stat(`${base}/a/b`).mode & 0o777, 0o750);
holds("made once", mkdirIfMissing(`${base}/made`) && !mkdirIfMissing(`${base}/made`));
throws("made twice", /mkdir .*: file exists/, () => mkdir(`${base}/made`));

const at = openDirectory(base);
replaceFile("state", "first", { at });
replaceFile("state", "second", { at });
equal("the file is replaced", readTextFile(`${base}/state`), "second");
equal("nothing else is left", listDirectory(base).toSorted(), ["a", "made", "state"]);
close(at);

const large = new Uint8Array(300_000).fill(65);
const file = open(`${base}/large`, O.WRONLY | O.CREAT, { mode: 0o600 });
writeAll(file, large);
close(file);
equal("a large file", readFile(`${base}/large`, large.length).length, large.length);
throws("a file beyond the limit", /read .*large: more than 299999 bytes/, () => readFile(`${base}/large`, large.length - 1));
equal("its size and kind", [stat(`${base}/large`).size, isRegular(stat(`${base}/large`))], [large.length, true]);
throws("a file that is not there", /^open .*missing: no such file or directory$/, () => readTextFile(`${base}/missing`));
equal("absence is no error where it is asked for", statIfPresent(`${base}/missing`), undefined);
unlinkIfPresent(`${base}/missing`);

symlink("a/b", `${base}/link`);
equal("a link's text", readlink(`${base}/link`), "a/b");
holds("a link itself and what it names", isLink(lstat(`${base}/link`)) && isDirectory(stat(`${base}/link`)));
mknod(`${base}/null`, 0o020666, deviceNumber(1, 3));
const node = stat(`${base}/null`);
equal("a device node", [isCharacterDevice(node), node.major, node.minor], [true, 1, 3]);
equal(
  "names of more than one buffer",
  (() => {
    for (let i = 0; i < 600; i++) mkdir(`${base}/a/entry-with-a-rather-long-name-${i}`);
    return listDirectory(`${base}/a`).length;
  })(),
  601,
);

const locked = open(`${base}/lock`, O.RDWR | O.CREAT, { mode: 0o600 });
holds("a free lock", lock(locked, false));
const child = fork();
if (child === 0) {
  const other = open(`${base}/lock`, O.RDWR);
  holds("somebody else's lock", !lock(other, false));
  finishChild();
}
equal("the lock is seen by another process", reap(child, true), 0);
close(locked);

const memory = memoryFile("m", encodeUtf8("in memory"));
equal("a file in memory", decodeUtf8(readFile(`/proc/self/fd/${memory}`, 100)), "in memory");
close(memory);

// a tree is removed without following links out of it
mkdir(`${base}-outside`);
symlink(`${base}-outside`, `${base}/a/b/escape`);
removeTree(base);
holds("the tree is gone, what a link named is not", statIfPresent(base) === undefined && isDirectory(stat(`${base}-outside`)));
removeTree(`${base}-outside`);
finish();
