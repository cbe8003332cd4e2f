/** The record of a sandbox process and its helpers, for whoever has to clean up after a kill -9. */
import { Fault } from "../../base/fault.ts";
import { processId } from "../../sys/process.ts";
import type { VmSize } from "../hypervisor/vm.ts";
import { type HelperRef, type HelperRole, processRef } from "../store/record.ts";
import type { Store } from "../store/store.ts";

export class Helpers {
  readonly #own = processRef(processId());
  #all: readonly HelperRef[] = [];
  #size: VmSize | undefined;
  #place: { readonly store: Store; readonly id: string };

  /** Written at once: the directory of the sandbox is there. */
  constructor(store: Store, id: string) {
    this.#place = { store, id };
    this.#write();
  }

  /** One that just started; the function forgets it when it has ended. */
  add(role: HelperRole, pid: number): () => void {
    const helper = { ...processRef(pid), role };
    this.#all = [...this.#all, helper];
    this.#write();
    return () => {
      this.#all = this.#all.filter((each) => each !== helper);
      this.#write();
    };
  }

  /** The record's new place; the old one is the caller's to remove. */
  move(store: Store, id: string): void {
    this.#place = { store, id };
    this.#write();
  }

  /** All of them have ended. */
  clear(): void {
    this.#all = [];
    this.#size = undefined;
    this.#write();
  }

  /** The machine is larger than it was born. */
  grown(size: VmSize): void {
    this.#size = size;
    this.#write();
  }

  get pids(): number[] {
    return [this.#own.pid, ...this.#all.map(({ pid }) => pid)];
  }

  #write(): void {
    const { store, id } = this.#place;
    try {
      store.writeSandbox({ version: 1, id, process: this.#own, helpers: this.#all, ...(this.#size && { size: this.#size }) });
    } catch (cause) {
      throw new Fault(`record sandbox ${id}`, { component: "store", cause });
    }
  }
}
