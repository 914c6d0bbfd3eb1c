import type { Socket } from "node:net";

/**
 * Connections that have not been admitted yet, by the address they come from: one address cannot take all places, and
 * what says nothing costs no more than this.
 */
export class WaitingConnections {
  readonly #perAddress: number;
  readonly #waiting = new Map<string, number>();

  constructor(perAddress: number) {
    this.#perAddress = perAddress;
  }

  /** False: there are too many of this address. Else its place is held until the function given back is called, or the socket closes. */
  take(socket: Socket): (() => void) | false {
    const address = socket.remoteAddress ?? "";
    const count = this.#waiting.get(address) ?? 0;
    if (count >= this.#perAddress) return false;
    this.#waiting.set(address, count + 1);
    let isHeld = true;
    const give = () => {
      if (!isHeld) return;
      isHeld = false;
      const rest = (this.#waiting.get(address) ?? 0) - 1;
      if (rest > 0) this.#waiting.set(address, rest);
      else this.#waiting.delete(address);
    };
    socket.once("close", give);
    return give;
  }
}
