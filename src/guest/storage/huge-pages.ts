/** Memory for a hugetlbfs: its pages are taken from the rest of the guest's memory when it is mounted, or its users would die of SIGBUS. */
import { Fault } from "../../base/fault.ts";
import { listDirectory } from "../../sys/directory.ts";
import { readTextFile, statIfPresent, writeKnob } from "../../sys/file.ts";

const pools = "/sys/kernel/mm/hugepages";
const suffixes: Readonly<Record<string, number>> = { "": 1, K: 1 << 10, M: 1 << 20, G: 1 << 30 };

/** `options`: of the mount, with `pagesize=` and perhaps `size=`. */
export function takeHugePages(options: readonly string[]): void {
  if (!statIfPresent(pools))
    throw new Fault("hugetlbfs: the guest's kernel has no huge pages (CONFIG_HUGETLBFS)", { component: "agent", code: "unimplemented" });
  const [pageBytes, bytes] = [bytesOf("pagesize", options), bytesOf("size", options)];
  if (pageBytes === undefined || bytes === undefined) return;
  const pool = `${pools}/hugepages-${pageBytes / 1024}kB`;
  if (!statIfPresent(pool))
    throw new Fault(`hugetlbfs: pagesize ${pageBytes} is none of the guest's kernel, which has ${listDirectory(pools).join(", ")}`, {
      component: "agent",
      code: "unimplemented",
    });
  addPages(`${pool}/nr_hugepages`, Math.ceil(bytes / pageBytes));
}

/** The kernel gives as many as it finds and says so by the file alone. */
function addPages(file: string, wanted: number): void {
  const count = (): number => Number(readTextFile(file));
  const before = count();
  writeKnob(file, String(before + wanted));
  const got = count() - before;
  if (got >= wanted) return;
  writeKnob(file, String(before));
  throw new Fault(`hugetlbfs: ${wanted} pages are wanted, the guest's memory has room for ${got}`, {
    component: "agent",
    code: "exhausted",
  });
}

function bytesOf(key: string, options: readonly string[]): number | undefined {
  const text = options.find((option) => option.startsWith(`${key}=`))?.slice(key.length + 1);
  if (text === undefined) return undefined;
  const [, count, suffix = ""] = /^(\d{1,15})([KMG]?)i?B?$/i.exec(text) ?? [];
  const unit = suffixes[suffix.toUpperCase()];
  if (count === undefined || unit === undefined || (key === "pagesize" && Number(count) === 0))
    throw new Fault(`hugetlbfs: option ${key}=${text} must be a number of bytes, perhaps with K, M or G`, {
      component: "agent",
      code: "invalid-argument",
    });
  return Number(count) * unit;
}
