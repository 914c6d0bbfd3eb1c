import { AssociationEnded } from "../../core/infra/upper-layer/association-ended.ts";
import type { CommandSet } from "../../core/infra/upper-layer/command-codec.ts";
import { UpperLayerFault } from "../../core/infra/upper-layer/upper-layer-fault.ts";

interface Pending {
  readonly messageId: number;
  readonly promise: Promise<CommandSet>;
  readonly resolve: (response: CommandSet) => void;
  readonly reject: (error: Error) => void;
}

/** The requests that we send on a peer's association: one at a time, each with its response, or the association ends. */
export class OwnRequests {
  readonly #responseMs: number;
  readonly #onTimeout: () => void;
  #lastMessageId = 0;
  #pending: Pending | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(responseMs: number, onTimeout: () => void) {
    this.#responseMs = responseMs;
    this.#onTimeout = onTimeout;
  }

  /** To be called before the request is sent: the peer may answer before it has taken the whole data set. */
  expect(): { readonly messageId: number; response(): Promise<CommandSet> } {
    if (this.#pending) throw new Error("a request of ours is still open");
    this.#lastMessageId = (this.#lastMessageId % 0xffff) + 1;
    const pending = { messageId: this.#lastMessageId, ...Promise.withResolvers<CommandSet>() };
    // Ended while the data set is still being sent: the sender finds out by itself.
    pending.promise.catch(() => {});
    this.#pending = pending;
    return {
      messageId: pending.messageId,
      response: () => {
        if (this.#pending === pending) this.#timer = setTimeout(this.#onTimeout, this.#responseMs);
        return pending.promise;
      },
    };
  }

  /** Throws UpperLayerFault for a response to nothing that was asked. */
  take(response: CommandSet): void {
    const pending = this.#pending;
    if (pending?.messageId !== response.messageIdBeingRespondedTo || pending === null) {
      throw new UpperLayerFault("unexpectedParameter", "response to no request");
    }
    this.#forget();
    pending.resolve(response);
  }

  end(): void {
    const pending = this.#pending;
    this.#forget();
    pending?.reject(new AssociationEnded());
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#pending = null;
  }
}
