/** So much is gathered before it goes to a file in one call. */
const GATHER_BYTES = 256 * 1024;
/** So many are kept for the next writers. */
const KEPT = 16;

/** Buffers in which writers gather small chunks; used again, so that a busy hour makes no more of them than a quiet one. */
export interface GatherBuffers {
  take(): Buffer;
  giveBack(buffer: Buffer): void;
}

export function gatherBuffers(): GatherBuffers {
  const kept: Buffer[] = [];
  return {
    take: () => kept.pop() ?? Buffer.allocUnsafeSlow(GATHER_BYTES),
    giveBack: (buffer) => {
      if (kept.length < KEPT) kept.push(buffer);
    },
  };
}
