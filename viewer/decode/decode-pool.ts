import { DecodeFault } from "../../core/decode/decode-fault.ts";
import type { DecodedFrame, DecodeRequest } from "../../core/decode/decoded-frame.ts";
import type { DecodeAnswer, DecodeJob } from "./decode-messages.ts";

interface Waiting {
  readonly job: DecodeJob;
  readonly settle: { resolve(frame: DecodedFrame): void; reject(fault: Error): void };
}

interface Seat {
  readonly worker: Worker;
  readonly busy: Waiting[];
}

/** Frames with a worker at once: the next lies there when one is done, so that it does not wait for the page. */
const AT_WORKER = 2;

/** One worker for all but one core, at least one, at most four. */
export function decodePoolSize(hardwareConcurrency: number): number {
  return Math.min(4, Math.max(1, hardwareConcurrency - 1));
}

/** Workers that decode frames in the order asked. A worker that dies fails its frames and is replaced. */
export class DecodePool {
  readonly #seats: Seat[] = [];
  readonly #size: number;
  readonly #waiting: Waiting[] = [];
  #lastId = 0;
  #closed = false;

  constructor(size: number) {
    this.#size = size;
  }

  /** Starts the workers, so that the first frame does not wait for them. */
  open(): void {
    while (this.#seats.length < this.#size) this.#seats.push(this.#seat());
  }

  /** `ahead` goes before all that waits. */
  decode(request: DecodeRequest, ahead = false): Promise<DecodedFrame> {
    if (this.#closed) return Promise.reject(new Error("decode pool is closed"));
    const { promise, resolve, reject } = Promise.withResolvers<DecodedFrame>();
    this.#lastId += 1;
    const waiting = { job: { id: this.#lastId, request }, settle: { resolve, reject } };
    if (ahead) this.#waiting.unshift(waiting);
    else this.#waiting.push(waiting);
    this.open();
    this.#hand();
    return promise;
  }

  close(): void {
    this.#closed = true;
    const fault = new Error("decode pool is closed");
    for (const seat of this.#seats.splice(0)) {
      seat.worker.terminate();
      for (const { settle } of seat.busy) settle.reject(fault);
    }
    for (const waiting of this.#waiting.splice(0)) waiting.settle.reject(fault);
  }

  #seat(): Seat {
    const worker = new Worker(new URL("./decode.worker.ts", import.meta.url), { type: "module" });
    const seat: Seat = { worker, busy: [] };
    worker.addEventListener("message", (event: MessageEvent<DecodeAnswer>) => this.#settle(seat, event.data));
    worker.addEventListener("error", () => this.#replace(seat));
    return seat;
  }

  #settle(seat: Seat, answer: DecodeAnswer): void {
    const place = seat.busy.findIndex(({ job }) => job.id === answer.id);
    const [done] = place < 0 ? [] : seat.busy.splice(place, 1);
    if (done && "frame" in answer) done.settle.resolve(answer.frame);
    else if (done && "fault" in answer) {
      const { code, detail } = answer.fault;
      done.settle.reject(code ? new DecodeFault(code, detail) : new Error(detail));
    }
    this.#hand();
  }

  #replace(seat: Seat): void {
    seat.worker.terminate();
    for (const { settle } of seat.busy) settle.reject(new Error("decode worker failed"));
    const place = this.#seats.indexOf(seat);
    if (place >= 0) this.#seats.splice(place, 1);
    // A new one is started with the next frame; not here, so that a worker that cannot load is not restarted forever.
    if (this.#seats.length > 0) this.#hand();
    else for (const waiting of this.#waiting.splice(0)) waiting.settle.reject(new Error("decode worker failed"));
  }

  #hand(): void {
    // first one for each worker, then another
    for (let deep = 0; deep < AT_WORKER; deep++) {
      for (const seat of this.#seats) {
        if (seat.busy.length > deep) continue;
        const next = this.#waiting.shift();
        if (!next) return;
        seat.busy.push(next);
        seat.worker.postMessage(next.job, [next.job.request.bytes.buffer]);
      }
    }
  }
}
