import type { PixelFormat } from "../image/study-model.ts";
import { type Codecs, runDecoder, samplesOf } from "./codecs.ts";
import { decodeJpeg12 } from "./decode-jpeg-12.ts";
import { jpegHeader } from "./jpeg-header.ts";
import type { RawSamples } from "./raw-samples.ts";

type Decode = (bytes: Uint8Array<ArrayBuffer>, format: PixelFormat, codecs: Codecs) => Promise<RawSamples>;

/** JPEG with DCT: 8 bits a sample by libjpeg-turbo, 12 bits by our own decoder. */
export const decodeJpeg: Decode = async (bytes, format, codecs) => {
  const header = jpegHeader(bytes);
  if (header.bitsPerSample > 8) return decodeJpeg12(bytes);
  const { JPEGDecoder } = await codecs.jpeg8();
  // Without JFIF or Adobe marker the codec takes three components for YCbCr; here the header's RGB is believed.
  const untold = header.components === 3 && !header.saysColour && format.photometricInterpretation === "RGB";
  return runDecoder(new JPEGDecoder(), untold ? withoutColourTransform(bytes) : bytes, (decoder, decoded) => {
    const { width, height, componentCount } = decoder.getFrameInfo();
    return {
      samples: decoded,
      rows: height,
      columns: width,
      components: componentCount,
      planar: false,
      isRgb: componentCount === 3,
    };
  });
};

export const decodeJpegLs: Decode = async (bytes, _format, codecs) => {
  const { JpegLSDecoder } = await codecs.jpegLs();
  return runDecoder(new JpegLSDecoder(), bytes, (decoder, decoded) => {
    const info = decoder.getFrameInfo();
    return {
      samples: samplesOf(decoded, info),
      rows: info.height,
      columns: info.width,
      components: info.componentCount,
      planar: info.componentCount > 1 && decoder.getInterleaveMode() === 0,
      isRgb: false,
    };
  });
};

export const decodeJpeg2000: Decode = async (bytes, format, codecs) => {
  const { J2KDecoder } = await codecs.jpeg2000();
  return runDecoder(new J2KDecoder(), bytes, (decoder, decoded) => wavelet(decoder.getFrameInfo(), decoded, format));
};

export const decodeHtj2k: Decode = async (bytes, format, codecs) => {
  const { HTJ2KDecoder } = await codecs.htj2k();
  return runDecoder(new HTJ2KDecoder(), bytes, (decoder, decoded) => wavelet(decoder.getFrameInfo(), decoded, format));
};

/** The codestream with an Adobe APP14 segment that says: no colour transform. */
function withoutColourTransform(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const adobe = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0];
  const told = new Uint8Array(bytes.length + adobe.length);
  told.set(bytes.subarray(0, 2));
  told.set(adobe, 2);
  told.set(bytes.subarray(2), 2 + adobe.length);
  return told;
}

function wavelet(
  info: Parameters<typeof samplesOf>[1],
  decoded: Uint8Array<ArrayBuffer>,
  format: PixelFormat,
): RawSamples {
  return {
    samples: samplesOf(decoded, info),
    rows: info.height,
    columns: info.width,
    components: info.componentCount,
    planar: false,
    // The multiple component transform is undone by the codec; YBR_FULL was never put through it (PS3.5 8.2.4).
    isRgb: !/^YBR_FULL/.test(format.photometricInterpretation),
    coded: { signed: info.isSigned === true, bits: info.bitsPerSample },
  };
}
