/** The columns of ps(1) that a guest's process can fill. */
import type { GuestProcess } from "../../protocol/gen/sandbox.ts";
import { clockTime, dayTime, elapsed, longTime, minutes, startTime } from "./ps-times.ts";

/** What a value depends on beside the process. */
export interface PsScene {
  /** Of the guest. */
  readonly memoryKib: number;
  readonly nowMs: number;
}

export interface Column {
  readonly header: string;
  /** The least; longer values push the rest of the line. */
  readonly width: number;
  readonly align: "left" | "right";
  readonly value: (process: GuestProcess, scene: PsScene) => string;
}

type Value = Column["value"];

const right = (header: string, width: number, value: Value): Column => ({ header, width, align: "right", value });
const left = (header: string, width: number, value: Value): Column => ({ header, width, align: "left", value });

/** A guest has no users but root by name: those of the container are in its own files, which it may write as it likes. */
const name = (id: number): string => (id === 0 ? "root" : String(id));
const startedMs = ({ ageMs }: GuestProcess, { nowMs }: PsScene): number => nowMs - ageMs;
const percent = (part: number, whole: number): number => (whole > 0 ? Math.min(99.9, (part * 100) / whole) : 0);
const cpuPercent = ({ cpuMs, ageMs }: GuestProcess): number => percent(cpuMs, ageMs);
/** The kernel's own threads and zombies have no command line. */
const command: Value = (process) => process.command || `[${process.name}]`;

/** By the names that `ps -o` knows them by; a function, so that commands other than ps do not make it. */
export function psColumns(): Readonly<Record<string, Column>> {
  const columns: Record<string, Column> = {
    pid: right("PID", 7, ({ pid }) => String(pid)),
    ppid: right("PPID", 7, ({ parent }) => String(parent)),
    pgid: right("PGID", 7, ({ processGroup }) => String(processGroup)),
    sid: right("SID", 7, ({ session }) => String(session)),
    uid: right("UID", 5, ({ uid }) => String(uid)),
    gid: right("GID", 5, ({ gid }) => String(gid)),
    user: left("USER", 8, ({ uid }) => name(uid)),
    group: left("GROUP", 8, ({ gid }) => name(gid)),
    c: right("C", 2, (process) => String(Math.floor(cpuPercent(process)))),
    pcpu: right("%CPU", 4, (process) => cpuPercent(process).toFixed(1)),
    pmem: right("%MEM", 4, ({ residentKib }, { memoryKib }) => percent(residentKib, memoryKib).toFixed(1)),
    vsz: right("VSZ", 6, ({ virtualKib }) => String(virtualKib)),
    rss: right("RSS", 5, ({ residentKib }) => String(residentKib)),
    stat: left("STAT", 4, ({ state, pid, session }) => (pid === session ? `${state}s` : state)),
    s: left("S", 1, ({ state }) => state),
    pri: right("PRI", 3, ({ priority }) => String(39 - priority)),
    ni: right("NI", 3, ({ nice }) => String(nice)),
    nlwp: right("NLWP", 4, ({ threads }) => String(threads)),
    tty: left("TTY", 8, ({ terminal }) => terminal),
    stime: right("STIME", 5, (process, scene) => startTime(startedMs(process, scene), scene.nowMs)),
    start_time: right("START", 5, (process, scene) => startTime(startedMs(process, scene), scene.nowMs)),
    start: right("STARTED", 8, (process, scene) => clockTime(startedMs(process, scene))),
    lstart: right("STARTED", 24, (process, scene) => longTime(startedMs(process, scene))),
    time: right("TIME", 8, ({ cpuMs }) => dayTime(cpuMs)),
    bsdtime: right("TIME", 6, ({ cpuMs }) => minutes(cpuMs)),
    etime: right("ELAPSED", 11, ({ ageMs }) => elapsed(ageMs)),
    etimes: right("ELAPSED", 7, ({ ageMs }) => String(Math.floor(ageMs / 1000))),
    comm: left("COMMAND", 15, (process) => process.name),
    args: left("COMMAND", 27, command),
  };
  for (const [alias, of] of Object.entries(aliases)) columns[alias] = columns[of] as Column;
  return columns;
}

const aliases: Readonly<Record<string, string>> = {
  "%cpu": "pcpu",
  "%mem": "pmem",
  cmd: "args",
  command: "args",
  egid: "gid",
  egroup: "group",
  euid: "uid",
  euser: "user",
  nice: "ni",
  pgrp: "pgid",
  rssize: "rss",
  sess: "sid",
  session: "sid",
  state: "s",
  thcount: "nlwp",
  tname: "tty",
  tt: "tty",
  ucmd: "comm",
  ucomm: "comm",
  uname: "user",
  vsize: "vsz",
  cputime: "time",
  bsdstart: "start_time",
};
