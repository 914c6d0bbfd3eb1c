/** What takes a data set fragment by fragment. A fragment is good only until the promise has settled. */
export type FragmentSink = (fragment: Buffer) => Promise<void> | null;

/** The fragments of one data set, in order. Leaving a loop over it early means that the rest is dropped. */
export interface DataSet extends AsyncIterable<Buffer> {
  /**
   * Gives each fragment to `sink` as it arrives, one after the other and without a copy: for data sets of any size.
   * Resolves when all are taken; rejects with what the sink rejected with, or AssociationEnded.
   */
  drain(sink: FragmentSink): Promise<void>;
  /** Drops what is still to come. Resolves when the peer has sent it all; rejects with AssociationEnded. */
  discard(): Promise<void>;
}

/**
 * Between the socket and a service: holds a window of bytes and no more. `push` gives a promise when the window is
 * full, or while a sink takes the fragment, and the socket is not read until it resolves. Then the fragment, a view of
 * the socket's chunk, may be given back: what is held for a reader is a copy.
 */
export class DataSetStream implements DataSet, AsyncIterator<Buffer> {
  readonly #windowBytes: number;
  readonly #fragments: Buffer[] = [];
  #heldBytes = 0;
  #takenBytes = 0;
  #discarding = false;
  #ended = false;
  #failure: Error | null = null;
  #sink: FragmentSink | null = null;
  /** The fragment that the sink is taking. */
  #sinking: Promise<void> | null = null;
  #sinkFault: { readonly error: unknown } | null = null;
  #wakeTaker: (() => void) | null = null;
  #wakePusher: (() => void) | null = null;
  #wakeDiscarder: (() => void) | null = null;

  constructor(windowBytes: number) {
    this.#windowBytes = windowBytes;
  }

  /** The last fragment is in: from here on the peer waits for us. */
  get isWhole(): boolean {
    return this.#ended;
  }

  push(fragment: Buffer): Promise<void> | null {
    if (this.#discarding || this.#failure || fragment.length === 0) return null;
    if (this.#sink) return this.#give(this.#sink, fragment);
    this.#fragments.push(Buffer.from(fragment));
    this.#heldBytes += fragment.length;
    this.#wakeTaker?.();
    if (this.#heldBytes <= this.#windowBytes) return null;
    return new Promise((resolve) => {
      this.#wakePusher = resolve;
    });
  }

  end(): void {
    this.#ended = true;
    this.#wakeTaker?.();
    this.#wakeDiscarder?.();
  }

  /** No more will come. What is held is dropped: half a data set is of no use to anyone. */
  fail(error: Error): void {
    if (this.#ended) return;
    this.#failure = error;
    this.#drop();
    this.#wakeTaker?.();
    this.#wakeDiscarder?.();
  }

  async drain(sink: FragmentSink): Promise<void> {
    try {
      for (const fragment of this.#held()) await sink(fragment);
      this.#sink = sink;
      while (!this.#ended && !this.#failure && !this.#sinkFault) {
        await new Promise<void>((resolve) => {
          this.#wakeTaker = resolve;
        });
      }
      await this.#sinking;
    } catch (error) {
      this.#sinkFault ??= { error };
    }
    this.#wakeTaker = null;
    this.#sink = null;
    if (this.#sinkFault) {
      this.#discarding = true;
      this.#drop();
      throw this.#sinkFault.error;
    }
    if (this.#failure) throw this.#failure;
  }

  async discard(): Promise<void> {
    this.#discarding = true;
    this.#drop();
    while (!this.#ended && !this.#failure) {
      await new Promise<void>((resolve) => {
        this.#wakeDiscarder = resolve;
      });
    }
    if (this.#failure) throw this.#failure;
  }

  [Symbol.asyncIterator](): AsyncIterator<Buffer> {
    return this;
  }

  /** A fragment counts as held until the next one is asked for: only then has its write settled. */
  async next(): Promise<IteratorResult<Buffer, undefined>> {
    this.#release(this.#takenBytes);
    this.#takenBytes = 0;
    for (;;) {
      const fragment = this.#fragments.shift();
      if (fragment) {
        this.#takenBytes = fragment.length;
        return { done: false, value: fragment };
      }
      if (this.#failure) throw this.#failure;
      if (this.#ended || this.#discarding) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wakeTaker = resolve;
      });
      this.#wakeTaker = null;
    }
  }

  async return(): Promise<IteratorResult<Buffer, undefined>> {
    this.#discarding = true;
    this.#drop();
    return { done: true, value: undefined };
  }

  /** What came before there was a sink. */
  *#held(): Generator<Buffer> {
    for (let fragment = this.#fragments.shift(); fragment; fragment = this.#fragments.shift()) {
      yield fragment;
      this.#release(fragment.length);
    }
  }

  #give(sink: FragmentSink, fragment: Buffer): Promise<void> | null {
    const taking = sink(fragment);
    if (!taking) return null;
    this.#sinking = taking.catch((error: unknown) => {
      this.#sinkFault = { error };
      this.#discarding = true;
      this.#wakeTaker?.();
    });
    return this.#sinking;
  }

  #drop(): void {
    this.#fragments.length = 0;
    this.#takenBytes = 0;
    this.#release(this.#heldBytes);
  }

  #release(bytes: number): void {
    this.#heldBytes -= bytes;
    if (this.#heldBytes > this.#windowBytes) return;
    this.#wakePusher?.();
    this.#wakePusher = null;
  }
}
