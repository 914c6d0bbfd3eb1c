import { Worker } from "node:worker_threads";
import { DecodeFault, type DecodeFaultCode } from "../../decode/decode-fault.ts";
import type { DecodeRequest } from "../../decode/decoded-frame.ts";
import { DomainError } from "../../errors.ts";
import type { CodecRequest, CodecResult, CodecTask } from "./codec-tasks.ts";

export interface CodecJob {
  readonly task: CodecTask | "warm";
  readonly request: unknown;
}

export type CodecAnswer =
  | { readonly warm: true }
  | { readonly result: unknown }
  | { readonly refused: string }
  | { readonly fault: { readonly code: DecodeFaultCode | null; readonly detail: string } };

/** Frames are decoded and encoded in threads of their own, so that whoever asks goes on meanwhile. */
export interface CodecPool {
  /**
   * Throws `frame-unreadable` for a frame that cannot be decoded, `not-acceptable` for one that cannot be encoded as asked,
   * `frame-too-large` before any room is made for it, and `busy` when too many wait already. The request's bytes are handed
   * over and are gone for the caller.
   */
  run<T extends CodecTask>(task: T, request: CodecRequest<T>): Promise<CodecResult<T>>;
  /** Starts the threads and has them load what most frames need, so that the first frame does not wait for it. */
  warm(): void;
  close(): Promise<void>;
}

export interface CodecPoolOptions {
  /** Gives way to everything else that runs on the machine: for work that nobody waits for. */
  readonly isBackground?: boolean;
  readonly threads?: number;
  readonly maxWaiting?: number;
  readonly taskLimitMs?: number;
}

interface Waiting {
  readonly job: CodecJob;
  readonly source: DecodeRequest;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Seat {
  readonly thread: Worker;
  busy: Waiting | null;
  clock: NodeJS.Timeout | undefined;
}

const THREADS = 2;
const MAX_WAITING = 256;
/** The largest frames of the field take two seconds; a codec that is led astray by what it reads never ends. */
const TASK_LIMIT_MS = 30_000;
/** Decoded, with four bytes a sample at worst; a 16-bit mammogram has 36 MiB. */
const MAX_SAMPLES = 128 * 1024 * 1024;
/** A codec's memory never shrinks: after a frame with so many samples its thread is replaced. */
const LARGE_SAMPLES = 16 * 1024 * 1024;

export function openCodecPool(options: CodecPoolOptions = {}): CodecPool {
  const {
    isBackground = false,
    threads: most = THREADS,
    maxWaiting = MAX_WAITING,
    taskLimitMs = TASK_LIMIT_MS,
  } = options;
  const seats: Seat[] = [];
  const waiting: Waiting[] = [];
  let isClosed = false;

  function hand(): void {
    while (waiting.length > 0) {
      const seat = seats.find((each) => each.busy === null) ?? (seats.length < most ? openSeat() : null);
      if (!seat) return;
      const next = waiting.shift() as Waiting;
      seat.busy = next;
      seat.clock = setTimeout(() => leave(seat, new DomainError("frame-unreadable", { reason: "time" })), taskLimitMs);
      const { bytes } = next.source;
      const isOwn = bytes.byteLength === bytes.buffer.byteLength;
      seat.thread.postMessage(next.job, isOwn ? [bytes.buffer] : []);
    }
  }

  function openSeat(): Seat {
    const thread = new Worker(new URL("./codec-thread.ts", import.meta.url), { workerData: { isBackground } });
    thread.unref();
    const seat: Seat = { thread, busy: null, clock: undefined };
    thread.on("message", (answer: CodecAnswer) => settle(seat, answer));
    thread.on("error", () => leave(seat, new DomainError("frame-unreadable", { reason: "codec" })));
    thread.on("exit", () => leave(seat, new DomainError("frame-unreadable", { reason: "codec" })));
    seats.push(seat);
    return seat;
  }

  function settle(seat: Seat, answer: CodecAnswer): void {
    if ("warm" in answer) return;
    const done = seat.busy;
    seat.busy = null;
    clearTimeout(seat.clock);
    if (done && "result" in answer) done.resolve(answer.result);
    else if (done && "refused" in answer) done.reject(new DomainError("not-acceptable", { reason: answer.refused }));
    else if (done && "fault" in answer) done.reject(faultOf(answer.fault));
    if (done && samplesOf(done.source) >= LARGE_SAMPLES) leave(seat, new Error("replaced"));
    else hand();
  }

  /** The thread ends, and its frame with it; the next one gets a new thread. */
  function leave(seat: Seat, error: Error): void {
    const place = seats.indexOf(seat);
    if (place < 0) return;
    seats.splice(place, 1);
    clearTimeout(seat.clock);
    seat.busy?.reject(error);
    seat.busy = null;
    void seat.thread.terminate();
    if (!isClosed) hand();
  }

  return {
    run: (task, request) =>
      new Promise((resolve, reject) => {
        const source: DecodeRequest = "source" in request ? request.source : request;
        if (isClosed || waiting.length >= maxWaiting) return reject(new DomainError("busy"));
        if (samplesOf(source) > MAX_SAMPLES) return reject(new DomainError("frame-too-large"));
        waiting.push({ job: { task, request }, source, resolve: resolve as (result: unknown) => void, reject });
        hand();
      }),
    warm: () => {
      while (seats.length < most) openSeat().thread.postMessage({ task: "warm", request: null } satisfies CodecJob);
    },
    close: async () => {
      isClosed = true;
      for (const { reject } of waiting.splice(0)) reject(new DomainError("busy"));
      const threads = seats.map((seat) => seat.thread);
      for (const seat of [...seats]) leave(seat, new DomainError("busy"));
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}

function samplesOf({ format }: DecodeRequest): number {
  return format.rows * format.columns * format.samplesPerPixel;
}

function faultOf({ code, detail }: { readonly code: DecodeFaultCode | null; readonly detail: string }): DomainError {
  const cause = code ? new DecodeFault(code, detail) : new Error(detail);
  return new DomainError("frame-unreadable", { reason: code ?? "codec" }, { cause });
}
