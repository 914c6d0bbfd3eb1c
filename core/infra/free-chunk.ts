/**
 * Gives the memory of a chunk of bytes back at once, when it is the chunk's alone. Left to the garbage collector, chunks
 * of 64 KiB at hundreds of megabytes a second keep it at work without end. Nobody may hold a view of the chunk any more.
 */
export function freeChunk(chunk: Buffer): void {
  const { buffer } = chunk;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === chunk.byteLength) buffer.transfer(0);
}
