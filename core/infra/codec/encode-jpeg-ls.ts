import { EncodeFault } from "./encode-fault.ts";
import { loadCodec } from "./node-codecs.ts";

interface JpegLsEncoder {
  getDecodedBuffer(info: {
    readonly width: number;
    readonly height: number;
    readonly bitsPerSample: number;
    readonly componentCount: number;
  }): Uint8Array;
  getEncodedBuffer(): Uint8Array;
  setNearLossless(difference: number): void;
  setInterleaveMode(mode: number): void;
  encode(): void;
  delete(): void;
}

const load = loadCodec<{ readonly JpegLSEncoder: new () => JpegLsEncoder }>("@cornerstonejs/codec-charls/wasmjs");

const NOT_INTERLEAVED = 0;
const BY_SAMPLE = 2;

export interface UnsignedImage {
  readonly rows: number;
  readonly columns: number;
  /** R G B pixel by pixel where there are three; of `bits` bits, without a sign. */
  readonly samples: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
  readonly components: 1 | 3;
  readonly bits: number;
}

/** Lossless JPEG-LS (ITU-T T.87). Throws EncodeFault for noise, which the codec has no room for: it only grows by coding. */
export async function encodeJpegLs(image: UnsignedImage): Promise<Uint8Array<ArrayBuffer>> {
  const { rows, columns, samples, components, bits } = image;
  const { JpegLSEncoder } = await load();
  const encoder = new JpegLSEncoder();
  try {
    const buffer = encoder.getDecodedBuffer({
      width: columns,
      height: rows,
      bitsPerSample: bits,
      componentCount: components,
    });
    buffer.set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
    encoder.setNearLossless(0);
    encoder.setInterleaveMode(components === 1 ? NOT_INTERLEAVED : BY_SAMPLE);
    encoder.encode();
    return new Uint8Array(encoder.getEncodedBuffer());
  } catch {
    throw new EncodeFault("larger in JPEG-LS than without");
  } finally {
    encoder.delete();
  }
}
