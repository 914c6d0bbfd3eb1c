/**
 * Measures how long the peer has kept us waiting. Only time in which it owes us bytes counts, so a slow store of ours is
 * never held against it; and only a whole PDU sets it back, so a byte now and then does not keep an association alive.
 * It counts its own ticks, not the wall clock: a stall of this process is no silence of the peer's.
 */
export class IdleClock {
  readonly #tickMs: number;
  readonly #timer: NodeJS.Timeout;
  #waitedMs = 0;

  constructor(limitMs: number, isWaiting: () => boolean, onExpired: () => void) {
    this.#tickMs = Math.min(1000, Math.max(5, limitMs / 20));
    this.#timer = setInterval(() => {
      if (!isWaiting()) return;
      this.#waitedMs += this.#tickMs;
      if (this.#waitedMs < limitMs) return;
      this.stop();
      onExpired();
    }, this.#tickMs);
    this.#timer.unref();
  }

  reset(): void {
    this.#waitedMs = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
