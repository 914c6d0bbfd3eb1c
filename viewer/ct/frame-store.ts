import type { FrameImage } from "./frame-image.ts";
import type { LoadFaultInfo } from "./load-fault.ts";

/**
 * Decoded frames by key, the previews of frames that are not there yet, and what failed, up to a number of bytes. Who may
 * be dropped is the loader's to say.
 */
export class FrameStore {
  readonly #images = new Map<string, FrameImage>();
  readonly #previews = new Map<string, FrameImage>();
  readonly #faults = new Map<string, LoadFaultInfo>();
  readonly #listeners = new Set<(key: string) => void>();
  readonly budgetBytes: number;
  #bytes = 0;
  #previewBytes = 0;

  constructor(budgetBytes: number) {
    this.budgetBytes = budgetBytes;
  }

  /** The whole frame; never a preview. */
  get(key: string): FrameImage | undefined {
    return this.#images.get(key);
  }

  /** What can be drawn of the frame: itself, or until it is there its preview. */
  drawable(key: string): FrameImage | undefined {
    return this.#images.get(key) ?? this.#previews.get(key);
  }

  fault(key: string): LoadFaultInfo | undefined {
    return this.#faults.get(key);
  }

  /** Bytes of previews, which the whole frames have to do without. */
  get previewBytes(): number {
    return this.#previewBytes;
  }

  /**
   * Takes the image in; over the budget, drops what `keep` does not name, the longest held first, previews last: a whole
   * frame that is dropped is a preview again.
   */
  put(key: string, image: FrameImage, keep: () => ReadonlySet<string>): void {
    const isPreview = image.reduction > 0;
    const held = isPreview ? this.#previews : this.#images;
    if (!isPreview) this.#faults.delete(key);
    this.#drop(held, key);
    held.set(key, image);
    this.#count(image, 1);
    const kept = this.#bytes + this.#previewBytes > this.budgetBytes ? keep() : undefined;
    for (const images of kept ? [this.#images, this.#previews] : []) {
      for (const other of images.keys()) {
        if (this.#bytes + this.#previewBytes <= this.budgetBytes) break;
        if (other === key || kept?.has(other)) continue;
        this.#drop(images, other);
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
    this.#previews.clear();
    this.#faults.clear();
    this.#listeners.clear();
    this.#bytes = 0;
    this.#previewBytes = 0;
  }

  #drop(images: Map<string, FrameImage>, key: string): void {
    const held = images.get(key);
    if (!held) return;
    images.delete(key);
    this.#count(held, -1);
  }

  #count({ reduction, sizeInBytes }: FrameImage, sign: 1 | -1): void {
    if (reduction > 0) this.#previewBytes += sign * sizeInBytes;
    else this.#bytes += sign * sizeInBytes;
  }

  #tell(key: string): void {
    for (const listener of this.#listeners) listener(key);
  }
}
