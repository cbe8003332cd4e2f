/**
 * Templates on disk, best on a tmpfs: `PLACE/KEY/{memory,state,template.json}`. A directory that has a template.json is
 * complete: it is made beside and renamed. One that does not fit its description is removed and built anew.
 */
import { Fault } from "../../base/fault.ts";
import type { Timers } from "../../base/timers.ts";
import { removeTree } from "../../sys/directory.ts";
import { close, fstat, mkdir, mkdirAll, O, open, rename, replaceFile, statIfPresent } from "../../sys/file.ts";
import type { Extent } from "../../sys/sparse.ts";
import { fileSystemUsage } from "../../sys/statfs.ts";
import type { Fd } from "../../sys/syscall.ts";
import { dataOf, hasRoom } from "./common-memory.ts";
import { type Description, readDescription } from "./description.ts";
import { identityKey, type TemplateIdentity } from "./identity.ts";
import { lockFile, tryLockFile } from "./lock-file.ts";
import { buildingDirectory, lockPath, removeStaleTemplates, templateDirectory } from "./template-place.ts";

export interface Template {
  /** Read-only; closed by whoever opened the template. A clone goes on when the files are deleted meanwhile. */
  readonly memory: Fd;
  readonly state: Fd;
  readonly memoryBytes: number;
  /** What of the memory is no hole. */
  readonly data: readonly Extent[];
  /** Clones may have the memory in common: there is room for what they touch. */
  readonly roomy: boolean;
}

export interface NewTemplate {
  /** For reading and writing; the machine gives it its size. */
  readonly memory: Fd;
  /** For writing. */
  readonly state: Fd;
  /** Makes it the template of its identity. */
  commit(): void;
  /** Leaves nothing of it. Idempotent; harmless after `commit`. */
  drop(): void;
}

/** A template takes 30 to 90 MB. Memory that is missing later would end the VMM by SIGBUS, without a word. */
const leastFreeMib = 128;

/** linux/magic.h: tmpfs and ramfs. */
const inMemory: readonly number[] = [0x01021994, 0x858458f6];

export class TemplateStore {
  readonly #place: string;
  readonly identity: TemplateIdentity;
  readonly key: string;

  /** `place` is absolute; made when it is needed. */
  constructor(place: string, identity: TemplateIdentity) {
    this.#place = place;
    this.identity = identity;
    this.key = identityKey(identity);
  }

  /** Whether there is one, not whether it fits. */
  get present(): boolean {
    return statIfPresent(`${this.#directory}/template.json`) !== undefined;
  }

  /** undefined when there is none that fits; `onDamaged` hears why one that is there does not. */
  open(onDamaged: (why: string) => void): Template | undefined {
    const directory = this.#directory;
    const described = readDescription(directory);
    if (!described) return undefined;
    if (JSON.stringify(described.identity) !== JSON.stringify(this.identity)) {
      onDamaged(`template ${directory}: is of another machine`);
      return undefined;
    }
    try {
      return openFiles(directory, described);
    } catch (error) {
      onDamaged(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  /** One that no machine can go on from, though it looks right. A builder that is at work replaces it anyway. */
  discard(): void {
    const guard = tryLockFile(lockPath(this.#place, this.key));
    if (guard === undefined) return;
    removeTree(this.#directory);
    close(guard);
  }

  /**
   * Waits for another builder, up to `timeoutMs`. undefined when that one has built it meanwhile. Removes templates whose
   * files have changed; throws when there is no room for this one.
   */
  async begin(timers: Timers, timeoutMs: number): Promise<NewTemplate | undefined> {
    this.#makePlace();
    const guard = await lockFile(lockPath(this.#place, this.key), timers, timeoutMs);
    try {
      const existing = this.open(() => removeTree(this.#directory));
      if (existing) {
        closeTemplate(existing);
        close(guard);
        return undefined;
      }
      removeTree(this.#directory);
      removeStaleTemplates(this.#place, this.key, this.identity);
      this.#checkRoom();
      return this.#prepare(guard);
    } catch (error) {
      close(guard);
      throw error;
    }
  }

  /** Why the place costs speed; undefined when it does not. The place is there. */
  placeWarning(): string | undefined {
    return inMemory.includes(fileSystemUsage(this.#place).type)
      ? undefined
      : `template_path ${this.#place}: is not on a tmpfs, clones start slower and the template is written to disk`;
  }

  #prepare(guard: Fd): NewTemplate {
    const building = buildingDirectory(this.#place, this.key);
    removeTree(building); // of a builder that was killed
    mkdir(building, 0o700);
    const memory = open(`${building}/memory`, O.RDWR | O.CREAT | O.EXCL, { mode: 0o600 });
    const state = open(`${building}/state`, O.RDWR | O.CREAT | O.EXCL, { mode: 0o600 });
    let over = false;
    return {
      memory,
      state,
      commit: () => {
        const memoryBytes = fstat(memory).size;
        const described: Description = {
          identity: this.identity,
          memoryBytes,
          stateBytes: fstat(state).size,
          data: dataOf(memory, memoryBytes),
        };
        replaceFile(`${building}/template.json`, JSON.stringify(described), { sync: false });
        rename(building, this.#directory);
      },
      drop: () => {
        if (over) return;
        over = true;
        close(memory);
        close(state);
        removeTree(building);
        close(guard);
      },
    };
  }

  get #directory(): string {
    return templateDirectory(this.#place, this.key);
  }

  #makePlace(): void {
    try {
      mkdirAll(this.#place, 0o700);
    } catch (cause) {
      throw new Fault(`template_path ${this.#place}`, { component: "factory", cause });
    }
  }

  #checkRoom(): void {
    const { availableBlocks, blockSize } = fileSystemUsage(this.#place);
    const freeMib = Math.floor((availableBlocks * blockSize) / (1 << 20));
    if (freeMib >= leastFreeMib) return;
    throw new Fault(`template_path ${this.#place}: ${freeMib} MiB are free, must be at least ${leastFreeMib} MiB`, {
      component: "factory",
      code: "ENOSPC",
    });
  }
}

export function closeTemplate({ memory, state }: Template): void {
  close(memory);
  close(state);
}

function openFiles(directory: string, described: Description): Template {
  const memory = open(`${directory}/memory`, O.RDONLY);
  try {
    const state = open(`${directory}/state`, O.RDONLY);
    const [memoryBytes, stateBytes] = [fstat(memory).size, fstat(state).size];
    if (memoryBytes === described.memoryBytes && stateBytes === described.stateBytes)
      return { memory, state, memoryBytes, data: described.data, roomy: hasRoom(directory, memory, memoryBytes) };
    close(state);
    throw new Fault(
      `template ${directory}: memory and state have ${memoryBytes} and ${stateBytes} bytes, must be ${described.memoryBytes} and ${described.stateBytes}`,
      { component: "factory", code: "damaged" },
    );
  } catch (error) {
    close(memory);
    throw error;
  }
}
