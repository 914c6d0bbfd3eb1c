import { Inflate } from "fflate";

/** Raw inflate that stops at `limit` bytes of output, so that a small file cannot fill the memory. */
export function inflateBounded(deflated: Uint8Array, limit: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  let total = 0;
  const stream = new Inflate((chunk) => {
    total += chunk.length;
    if (total > limit) throw new RangeError("inflated data over the limit");
    chunks.push(chunk);
  });
  const step = 64 * 1024;
  for (let at = 0; at < deflated.length; at += step)
    stream.push(deflated.subarray(at, at + step), at + step >= deflated.length);
  const whole = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
