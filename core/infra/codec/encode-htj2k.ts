import type { GreyPixels } from "../../decode/decoded-frame.ts";
import { loadCodec } from "./node-codecs.ts";

interface FrameInfo {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  readonly componentCount: number;
  readonly isSigned: boolean;
  readonly isUsingColorTransform: boolean;
}

interface Htj2kEncoder {
  getDecodedBuffer(info: FrameInfo): Uint8Array;
  getEncodedBuffer(): Uint8Array;
  setQuality(lossless: boolean, quantizationStep: number): void;
  setDecompositions(levels: number): void;
  setProgressionOrder(order: number): void;
  setTLMMarker(isOn: boolean): void;
  setTilePartDivisionsAtResolutions(isOn: boolean): void;
  encode(): void;
  delete(): void;
}

const load = loadCodec<{ readonly HTJ2KEncoder: new () => Htj2kEncoder }>("@cornerstonejs/codec-openjph/wasmjs");

const DECOMPOSITIONS = 5;
/** RPCL: resolution by resolution (ISO/IEC 15444-1 table A.16). */
const RPCL = 2;

export interface SampleImage {
  readonly rows: number;
  readonly columns: number;
  /** Grey: one sample a pixel. Colour: R G B, pixel by pixel, 8 bits each. */
  readonly samples: GreyPixels;
  readonly components: 1 | 3;
}

/**
 * Lossless HTJ2K whose resolutions are tile-parts one after the other, with a TLM marker: the codestream up to the end of a
 * tile-part is that resolution's picture. Samples of 8 or 16 bits; throws RangeError for wider ones.
 */
export async function encodeHtj2k({
  rows,
  columns,
  samples,
  components,
}: SampleImage): Promise<Uint8Array<ArrayBuffer>> {
  if (samples.BYTES_PER_ELEMENT > 2) throw new RangeError("samples wider than 16 bits");
  const { HTJ2KEncoder } = await load();
  const encoder = new HTJ2KEncoder();
  try {
    const buffer = encoder.getDecodedBuffer({
      width: columns,
      height: rows,
      bitsPerSample: samples.BYTES_PER_ELEMENT * 8,
      componentCount: components,
      isSigned: samples instanceof Int8Array || samples instanceof Int16Array,
      isUsingColorTransform: components === 3,
    });
    buffer.set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
    encoder.setQuality(true, 0);
    encoder.setDecompositions(DECOMPOSITIONS);
    encoder.setProgressionOrder(RPCL);
    encoder.setTLMMarker(true);
    encoder.setTilePartDivisionsAtResolutions(true);
    encoder.encode();
    return new Uint8Array(encoder.getEncodedBuffer());
  } finally {
    encoder.delete();
  }
}
