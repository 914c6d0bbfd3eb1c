import { LoadFault } from "./load-fault.ts";

/** A line on which nothing comes for so long is broken, however long the whole takes. */
const STALL_MS = 30_000;

export interface SteadyAnswer {
  readonly response: Response;
  /** The body as it comes in; to be read once. Rejects with LoadFault when the line breaks, or as the signal says. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Lets the body go unread. */
  cancel(): undefined;
}

/** Asks our own origin for something long. */
export async function steadyChunks(
  url: string,
  init: Pick<RequestInit, "headers" | "cache">,
  signal: AbortSignal,
): Promise<SteadyAnswer> {
  const stalled = new AbortController();
  const inTime = async <T>(step: Promise<T>): Promise<T> => {
    const timer = setTimeout(() => stalled.abort(), STALL_MS);
    try {
      return await step;
    } catch (fault) {
      if (signal.aborted) throw fault;
      throw new LoadFault("offline");
    } finally {
      clearTimeout(timer);
    }
  };
  const either = AbortSignal.any([signal, stalled.signal]);
  const response = await inTime(fetch(url, { ...init, credentials: "same-origin", signal: either }));
  const { body } = response;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    if (!body) return;
    const reader = body.getReader();
    try {
      for (let next = await inTime(reader.read()); !next.done; next = await inTime(reader.read())) yield next.value;
    } finally {
      reader.cancel().catch(() => undefined); // a line that broke cannot be let go again
    }
  }
  return {
    response,
    chunks: chunks(),
    cancel: () => {
      body?.cancel().catch(() => undefined);
      return undefined;
    },
  };
}
