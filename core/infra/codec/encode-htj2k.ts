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
/** The smallest resolution of an RPCL codestream is not larger (PS3.5 §10.18). */
const SMALLEST_SIDE = 64;
/** RPCL: resolution by resolution (ISO/IEC 15444-1 table A.16). */
const RPCL = 2;

export interface SampleImage {
  readonly rows: number;
  readonly columns: number;
  /** Grey: one sample a pixel. Colour: R G B, pixel by pixel, 8 bits each. */
  readonly samples: GreyPixels;
  readonly components: 1 | 3;
  /** Bits that the samples have; all of their width when not given. */
  readonly bits?: number;
  /** Colour that is not R G B goes without the component transform. */
  readonly isYbr?: boolean;
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
  bits = samples.BYTES_PER_ELEMENT * 8,
  isYbr = false,
}: SampleImage): Promise<Uint8Array<ArrayBuffer>> {
  if (samples.BYTES_PER_ELEMENT > 2) throw new RangeError("samples wider than 16 bits");
  const { HTJ2KEncoder } = await load();
  const encoder = new HTJ2KEncoder();
  try {
    const buffer = encoder.getDecodedBuffer({
      width: columns,
      height: rows,
      bitsPerSample: bits,
      componentCount: components,
      isSigned: samples instanceof Int8Array || samples instanceof Int16Array,
      isUsingColorTransform: components === 3 && !isYbr,
    });
    buffer.set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
    encoder.setQuality(true, 0);
    encoder.setDecompositions(Math.max(DECOMPOSITIONS, Math.ceil(Math.log2(Math.max(rows, columns) / SMALLEST_SIDE))));
    encoder.setProgressionOrder(RPCL);
    encoder.setTLMMarker(true);
    encoder.setTilePartDivisionsAtResolutions(true);
    encoder.encode();
    return new Uint8Array(encoder.getEncodedBuffer());
  } finally {
    encoder.delete();
  }
}
