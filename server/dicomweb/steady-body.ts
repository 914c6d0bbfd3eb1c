import type { Request } from "express";

/**
 * The body of a request as it comes in, for as long as it does: a client that is waited for and sends nothing for
 * `silenceMs` is one that has gone, and the iteration throws as for any such. Leaving it does not close the connection, as
 * iterating the request itself would, and with it the answer to a request that is refused in the middle.
 */
export async function* steadyBody(request: Request, silenceMs: number): AsyncGenerator<Buffer> {
  const wait = () => setTimeout(() => request.destroy(new Error("the client sends no more")), silenceMs);
  let timer = wait();
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      clearTimeout(timer);
      yield chunk;
      timer = wait();
    }
  } finally {
    clearTimeout(timer);
  }
}
