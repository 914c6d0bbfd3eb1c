import type { Picture } from "../../image/picture.ts";
import { loadCodec } from "./node-codecs.ts";

interface JpegEncoder {
  getDecodedBuffer(info: {
    readonly width: number;
    readonly height: number;
    readonly bitsPerSample: number;
    readonly componentCount: number;
    readonly isSigned: boolean;
  }): Uint8Array;
  getEncodedBuffer(): Uint8Array;
  setProgressive(isOn: boolean): void;
  setQuality(quality: number): void;
  setSubSampling(sampling: number): void;
  encode(): void;
  delete(): void;
}

const load = loadCodec<{ readonly JPEGEncoder: new () => JpegEncoder }>(
  "@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs",
);

/** libjpeg-turbo's TJSAMP_444 and TJSAMP_GRAY. */
const FULL_COLOUR = 0;
const GREY = 3;

/** The codec keeps the bits a sample in one byte. */
const MAX_BYTES_PER_SAMPLE = 31;

/** Baseline JPEG; quality from 1 to 100. Throws RangeError for pictures of less than about a hundred pixels. */
export async function encodeJpeg(picture: Picture, quality: number): Promise<Uint8Array<ArrayBuffer>> {
  const { rows, columns, components, pixels } = picture;
  // The codec makes as much room for the JPEG as for the pixels, which is too little for noise and for small pictures, and
  // writes past its end. It reads 8 bits a sample whatever is said here, but makes room for what is said.
  const bytesPerSample = Math.ceil(largestJpeg(picture) / (rows * columns * components));
  if (bytesPerSample > MAX_BYTES_PER_SAMPLE) throw new RangeError("too small for JPEG");
  const { JPEGEncoder } = await load();
  const encoder = new JPEGEncoder();
  try {
    encoder
      .getDecodedBuffer({
        width: columns,
        height: rows,
        bitsPerSample: bytesPerSample * 8,
        componentCount: components,
        isSigned: false,
      })
      .set(pixels);
    encoder.setProgressive(false);
    encoder.setQuality(quality);
    encoder.setSubSampling(components === 1 ? GREY : FULL_COLOUR);
    encoder.encode();
    return new Uint8Array(encoder.getEncodedBuffer());
  } finally {
    encoder.delete();
  }
}

/** libjpeg-turbo's own bound (tjBufSize). */
function largestJpeg({ rows, columns, components }: Picture): number {
  const padded = (pixels: number) => Math.ceil(pixels / 16) * 16;
  return padded(rows) * padded(columns) * (components === 1 ? 2 : 6) + 2048;
}
