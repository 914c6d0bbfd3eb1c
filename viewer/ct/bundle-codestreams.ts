import { LoadFault } from "./load-fault.ts";
import type { BundledFrame } from "./series-bundle.ts";

/**
 * The codestreams of frames that lie one after the other, each as soon as its last byte is there: its beginning, which is
 * here, and its rest out of the chunks. Throws LoadFault when the chunks end before the frames do.
 */
export async function* bundleCodestreams(
  frames: readonly Pick<BundledFrame, "beginning" | "rest">[],
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const coming = chunks[Symbol.asyncIterator]();
  let chunk: Uint8Array = new Uint8Array();
  try {
    for (const { beginning, rest } of frames) {
      const codestream = new Uint8Array(beginning.length + rest.end - rest.start);
      codestream.set(beginning);
      for (let at = beginning.length; at < codestream.length; ) {
        if (chunk.length === 0) {
          const next = await coming.next();
          if (next.done) throw new LoadFault("offline", "cut short");
          chunk = next.value;
        }
        const part = chunk.subarray(0, codestream.length - at);
        codestream.set(part, at);
        at += part.length;
        chunk = chunk.subarray(part.length);
      }
      yield codestream;
    }
  } finally {
    await coming.return?.();
  }
}
