import type { LoadFault } from "./load-fault.ts";
import { MOST_TRIES, retryAfterMs } from "./retry-after.ts";

/**
 * What failed and waits to be tried again, each after a growing pause; the background pauses with it, so that a server in
 * trouble is left alone. `pump` is called when a pause is over.
 */
export class RetryPauses {
  readonly #pump: () => void;
  readonly #pausing = new Set<string>();
  readonly #tries = new Map<string, number>();
  /** Failures since the last frame that came in, and until when the background rests. */
  #failures = 0;
  #resting = false;

  constructor(pump: () => void) {
    this.#pump = pump;
  }

  get isResting(): boolean {
    return this.#resting;
  }

  isPausing(key: string): boolean {
    return this.#pausing.has(key);
  }

  /** False when it is not to be tried again: that is to be told. */
  failed(key: string, fault: LoadFault): boolean {
    const tries = (this.#tries.get(key) ?? 0) + 1;
    this.#tries.set(key, tries);
    if (!fault.retriable || tries >= MOST_TRIES) return false;
    this.#pausing.add(key);
    setTimeout(
      () => {
        this.#pausing.delete(key);
        this.#pump();
      },
      retryAfterMs(tries, Math.random()),
    );
    this.#rest();
    return true;
  }

  cameIn(key: string): void {
    this.#tries.delete(key);
    this.#failures = 0;
  }

  /** Somebody asks to try again: all that failed counts as new. */
  begin(): void {
    this.#tries.clear();
    this.#failures = 0;
  }

  /** The background pauses after a failure, longer with each in a row: half a second up to eight. */
  #rest(): void {
    this.#failures += 1;
    if (this.#resting) return;
    this.#resting = true;
    setTimeout(
      () => {
        this.#resting = false;
        this.#pump();
      },
      retryAfterMs(Math.min(5, this.#failures), Math.random()),
    );
  }
}
