import type { Socket } from "node:net";
import { freeChunk } from "../../core/infra/free-chunk.ts";
import type { PduEvent, PduReader } from "../../core/infra/upper-layer/pdu-reader.ts";

/** Who takes what a connection brings. */
export interface EventTaker {
  /** A promise while the event waits to be taken: nothing more is read until it resolves. */
  take(event: PduEvent): Promise<void> | null;
  /** From then on whatever comes is dropped. */
  isOver(): boolean;
  /** A chunk was taken whole; `pdus` have come to their end in it. */
  chunkTaken(pdus: number): void;
  /** What `take` threw or rejected with. */
  fault(error: unknown): void;
  /** It is the peer's turn, or ours. */
  reading(isReading: boolean): void;
}

/**
 * Gives the events of a connection to `taker`, one after the other. Chunks are taken as they come, without a promise where
 * there is nothing to wait for. Resolves when nothing more comes, or the connection is lost, and what came is taken.
 */
export function readEvents(socket: Socket, reader: PduReader, taker: EventTaker): Promise<void> {
  let taking: Promise<void> | null = null;
  return new Promise((resolve) => {
    socket.on("data", (chunk: Buffer) => {
      taking = takeChunk(reader, taker, chunk);
      if (!taking) return;
      taker.reading(false);
      socket.pause();
      void taking.then(() => {
        taker.reading(true);
        socket.resume();
      });
    });
    const end = () => resolve(taking ?? undefined);
    socket.once("end", end);
    socket.once("close", end);
  });
}

/** Never throws or rejects. */
function takeChunk(reader: PduReader, taker: EventTaker, chunk: Buffer): Promise<void> | null {
  if (taker.isOver()) return null;
  const before = reader.pduCount;
  const events = reader.read(chunk);
  const takeOn = (): Promise<void> | null => {
    try {
      for (let next = events.next(); !next.done && !taker.isOver(); next = events.next()) {
        const wait = taker.take(next.value);
        if (wait) return wait.then(() => takeOn() ?? undefined, taker.fault);
      }
      if (taker.isOver()) return null;
      taker.chunkTaken(reader.pduCount - before);
      freeChunk(chunk);
    } catch (error) {
      taker.fault(error);
    }
    return null;
  };
  return takeOn();
}
