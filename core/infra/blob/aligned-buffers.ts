/** What a write past the page cache must begin and end on, in memory and in the file. */
export const ALIGNMENT = 4096;
/** So much goes to a file in one call. */
export const ALIGNED_BUFFER_BYTES = 256 * 1024;
/** Buffers that are made at once. */
const AT_ONCE = 16;
const WASM_PAGE_BYTES = 65_536;

/** Not among the types of Node, though it is there. */
declare const WebAssembly: {
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum: number;
  }) => { readonly buffer: ArrayBuffer };
};

/** Buffers that begin on a page; used again, so that a busy hour makes no more of them than it needs at once. */
export interface AlignedBuffers {
  take(): Buffer;
  /** Nothing reads or writes it any more. */
  giveBack(buffer: Buffer): void;
}

export function alignedBuffers(): AlignedBuffers {
  const free: Buffer[] = [];
  /** Of all memory that JavaScript can have, a WebAssembly memory alone is sure to begin on a page. */
  const makeMore = () => {
    const pages = (AT_ONCE * ALIGNED_BUFFER_BYTES) / WASM_PAGE_BYTES;
    const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages });
    for (let i = 0; i < AT_ONCE; i++) free.push(Buffer.from(buffer, i * ALIGNED_BUFFER_BYTES, ALIGNED_BUFFER_BYTES));
  };
  return {
    take: () => {
      if (free.length === 0) makeMore();
      return free.pop() ?? Buffer.allocUnsafeSlow(ALIGNED_BUFFER_BYTES);
    },
    giveBack: (buffer) => {
      free.push(buffer);
    },
  };
}
