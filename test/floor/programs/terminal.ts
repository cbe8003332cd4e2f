/** Terminals: a pair, its size, raw mode, and a session that it controls. */
import { decodeUtf8, encodeUtf8 } from "../../../src/base/text.ts";
import { readAvailable, setNonBlocking } from "../../../src/sys/descriptor.ts";
import { close, O, open, writeAll } from "../../../src/sys/file.ts";
import { EventLoop } from "../../../src/sys/loop.ts";
import { spawn } from "../../../src/sys/process.ts";
import type { Fd } from "../../../src/sys/syscall.ts";
import { isTerminal, makeRaw, openPty, setWindowSize, terminalName, windowSize } from "../../../src/sys/tty.ts";
import { equal, finish, holds } from "../checks.ts";

const loop = new EventLoop((error) => {
  throw error;
});
const pty = openPty();
const { slave } = pty;
setNonBlocking(pty.master);
holds("both ends are terminals", isTerminal(pty.master) && isTerminal(slave));
equal("the slave's name", terminalName(slave), pty.name);
const nothing = open("/dev/null", O.RDONLY);
holds("a null device is none", !isTerminal(nothing));
equal("and has no size", windowSize(nothing), undefined);
close(nothing);
setWindowSize(pty.master, { rows: 33, columns: 101 });
equal("the size set at one end is seen at the other", windowSize(slave), { rows: 33, columns: 101 });

const buffer = new Uint8Array(256);
const read = (fd: Fd): string => decodeUtf8(buffer.subarray(0, readAvailable(fd, buffer) ?? 0));
writeAll(slave, encodeUtf8("line\n"));
equal("a cooked terminal writes a return before the newline", read(pty.master), "line\r\n");
const restore = makeRaw(slave);
writeAll(slave, encodeUtf8("line\n"));
equal("a raw one does not", read(pty.master), "line\n");
restore();
writeAll(slave, encodeUtf8("line\n"));
equal("and is put back", read(pty.master), "line\r\n");

const script = "tty >/dev/null && stty size </dev/tty 2>/dev/null || echo none";
const pid = spawn("/bin/sh", {
  argv: ["sh", "-c", script],
  env: ["PATH=/usr/bin:/bin"],
  fds: [slave, slave, slave],
  session: true,
  terminal: true,
});
close(slave);
equal("a program with a controlling terminal ends well", await loop.childExit(pid), 0);
equal("and sees its size", read(pty.master).trim(), "33 101");
close(pty.master);
finish();
