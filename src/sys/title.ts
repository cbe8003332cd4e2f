/** The command line that ps(1) shows of this process. */
import { encodeUtf8 } from "../base/text.ts";
import { close, O, open, readTextFile } from "./file.ts";
import { writeAt } from "./system.ts";

const argStart = 45; // of proc_pid_stat(5), counted from the state
const argEnd = 46;

/** Replaces the last `width` characters of the command line by `text`, cut or padded with blanks to that length. */
export function replaceLastArgument(width: number, text: string): void {
  const stat = readTextFile("/proc/self/stat", 4096);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [start, end] = [Number(fields[argStart]), Number(fields[argEnd])];
  if (end - start <= width) return; // started with less: it keeps its name
  const memory = open("/proc/self/mem", O.RDWR);
  try {
    writeAt(memory, encodeUtf8(text.slice(0, width).padEnd(width)), end - 1 - width);
  } finally {
    close(memory);
  }
}
