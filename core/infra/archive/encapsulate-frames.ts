const ITEM = Buffer.from([0xfe, 0xff, 0x00, 0xe0]);
const SEQUENCE_DELIMITER = Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]);

/** The value of encapsulated pixel data (PS3.5 §A.4): an empty offset table, an item a frame, the delimiter. */
export async function* encapsulated(frames: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield itemHead(0);
  for await (const frame of frames) {
    const padding = frame.length % 2;
    yield itemHead(frame.length + padding);
    yield frame;
    if (padding > 0) yield Buffer.alloc(padding);
  }
  yield Buffer.from(SEQUENCE_DELIMITER);
}

/** The value of native pixel data: frame after frame, padded to even length. */
export async function* nativeValue(frames: AsyncIterable<Buffer>, byteLength: number): AsyncGenerator<Buffer> {
  yield* frames;
  if (byteLength % 2 > 0) yield Buffer.alloc(1);
}

function itemHead(length: number): Buffer {
  const head = Buffer.alloc(8);
  ITEM.copy(head);
  head.writeUInt32LE(length, 4);
  return head;
}
