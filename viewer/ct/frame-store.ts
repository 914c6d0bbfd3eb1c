import type { FrameImage } from "./frame-image.ts";
import type { LoadFaultInfo } from "./load-fault.ts";

/** Decoded frames by key, with what failed, up to a number of bytes. Who may be dropped is the loader's to say. */
export class FrameStore {
  readonly #images = new Map<string, FrameImage>();
  readonly #faults = new Map<string, LoadFaultInfo>();
  readonly #listeners = new Set<(key: string) => void>();
  readonly budgetBytes: number;
  #bytes = 0;

  constructor(budgetBytes: number) {
    this.budgetBytes = budgetBytes;
  }

  get(key: string): FrameImage | undefined {
    return this.#images.get(key);
  }

  fault(key: string): LoadFaultInfo | undefined {
    return this.#faults.get(key);
  }

  /** Takes the image in; over the budget, drops frames that `keep` does not name, the longest held first. */
  put(key: string, image: FrameImage, keep: () => ReadonlySet<string>): void {
    this.#faults.delete(key);
    this.#drop(key);
    this.#images.set(key, image);
    this.#bytes += image.sizeInBytes;
    const kept = this.#bytes > this.budgetBytes ? keep() : undefined;
    for (const other of kept ? this.#images.keys() : []) {
      if (this.#bytes <= this.budgetBytes) break;
      if (other !== key && !kept?.has(other)) {
        this.#drop(other);
        this.#tell(other);
      }
    }
    this.#tell(key);
  }

  fail(key: string, fault: LoadFaultInfo): void {
    this.#faults.set(key, fault);
    this.#tell(key);
  }

  /** Forgets a fault, so that the frame is asked for again. */
  forgive(key: string): void {
    if (this.#faults.delete(key)) this.#tell(key);
  }

  faultKeys(): readonly string[] {
    return [...this.#faults.keys()];
  }

  subscribe(listener: (key: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  clear(): void {
    this.#images.clear();
    this.#faults.clear();
    this.#listeners.clear();
    this.#bytes = 0;
  }

  #drop(key: string): void {
    const held = this.#images.get(key);
    if (!held) return;
    this.#images.delete(key);
    this.#bytes -= held.sizeInBytes;
  }

  #tell(key: string): void {
    for (const listener of this.#listeners) listener(key);
  }
}
