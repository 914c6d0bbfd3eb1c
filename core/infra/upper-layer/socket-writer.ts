import type { Socket } from "node:net";
import { AssociationEnded } from "./association-ended.ts";

/**
 * Writes PDUs, and waits while the peer does not read. A peer that takes nothing for `stallMs` is cut off: an A-ABORT
 * would only queue behind what it does not read.
 */
export class SocketWriter {
  readonly #socket: Socket;
  readonly #stallMs: number;
  readonly #onStall: () => void;

  constructor(socket: Socket, stallMs: number, onStall: () => void) {
    this.#socket = socket;
    this.#stallMs = stallMs;
    this.#onStall = onStall;
  }

  /** Rejects with AssociationEnded when the connection is, or goes, down. */
  async write(pieces: readonly Uint8Array[]): Promise<void> {
    if (!this.#socket.writable) throw new AssociationEnded();
    this.#socket.cork();
    let flows = true;
    for (const piece of pieces) flows = this.#socket.write(piece);
    this.#socket.uncork();
    if (!flows && this.#socket.writableNeedDrain) await this.#drained();
  }

  #drained(): Promise<void> {
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        socket.off("drain", onDrain);
        socket.off("close", onClose);
      };
      const onDrain = () => {
        stop();
        resolve();
      };
      const onClose = () => {
        stop();
        reject(new AssociationEnded());
      };
      const timer = setTimeout(() => {
        this.#onStall();
        socket.destroy();
      }, this.#stallMs);
      socket.on("drain", onDrain);
      socket.on("close", onClose);
    });
  }
}
