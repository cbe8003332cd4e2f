/**
 * Templates on disk, best on a tmpfs: `PLACE/KEY/{memory,state,template.json}`. A directory that has a template.json is
 * complete: it is made beside and renamed. One that does not fit its description is removed and built anew.
 */
import { Fault } from "../../base/fault.ts";
import { removeTree } from "../../sys/directory.ts";
import { close, fstat, lock, mkdir, mkdirAll, O, open, readTextFile, rename, replaceFile, statIfPresent } from "../../sys/file.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import { identityKey, type TemplateIdentity } from "./identity.ts";

export interface Template {
  /** Read-only; closed by whoever opened the template. A clone goes on when the files are deleted meanwhile. */
  readonly memory: Fd;
  readonly state: Fd;
  readonly memoryBytes: number;
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

interface Description {
  readonly identity: TemplateIdentity;
  readonly memoryBytes: number;
  readonly stateBytes: number;
}

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
      return this.#openFiles(directory, described);
    } catch (error) {
      onDamaged(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  /** Waits for another builder. undefined when that one has built it meanwhile. */
  begin(): NewTemplate | undefined {
    this.#makePlace();
    const guard = open(`${this.#place}/${this.key}.lock`, O.RDWR | O.CREAT, { mode: 0o600 });
    lock(guard, true);
    const existing = this.open(() => removeTree(this.#directory));
    if (existing) {
      closeTemplate(existing);
      close(guard);
      return undefined;
    }
    removeTree(this.#directory);
    const building = `${this.#place}/.${this.key}.new`;
    removeTree(building); // of a builder that was killed
    mkdir(building, 0o700);
    const memory = open(`${building}/memory`, O.RDWR | O.CREAT | O.EXCL, { mode: 0o600 });
    const state = open(`${building}/state`, O.RDWR | O.CREAT | O.EXCL, { mode: 0o600 });
    const release = (): void => {
      close(memory);
      close(state);
      removeTree(building);
      close(guard);
    };
    let over = false;
    return {
      memory,
      state,
      commit: () => {
        const described: Description = { identity: this.identity, memoryBytes: fstat(memory).size, stateBytes: fstat(state).size };
        replaceFile(`${building}/template.json`, JSON.stringify(described), { sync: false });
        rename(building, this.#directory);
      },
      drop: () => {
        if (!over) release();
        over = true;
      },
    };
  }

  get #directory(): string {
    return `${this.#place}/${this.key}`;
  }

  #makePlace(): void {
    try {
      mkdirAll(this.#place, 0o700);
    } catch (cause) {
      throw new Fault(`template_path ${this.#place}`, { component: "factory", cause });
    }
  }

  #openFiles(directory: string, described: Description): Template {
    const memory = open(`${directory}/memory`, O.RDONLY);
    try {
      const state = open(`${directory}/state`, O.RDONLY);
      const [memoryBytes, stateBytes] = [fstat(memory).size, fstat(state).size];
      if (memoryBytes === described.memoryBytes && stateBytes === described.stateBytes) return { memory, state, memoryBytes };
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
}

export function closeTemplate({ memory, state }: Template): void {
  close(memory);
  close(state);
}

const descriptionLimit = 1 << 16;

function readDescription(directory: string): Description | undefined {
  if (!statIfPresent(`${directory}/template.json`)) return undefined;
  try {
    return JSON.parse(readTextFile(`${directory}/template.json`, descriptionLimit)) as Description;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    return { identity: { runtime: "", files: [], machine: "" }, memoryBytes: 0, stateBytes: 0 }; // fits nothing
  }
}
