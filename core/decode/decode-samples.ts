import type { PixelFormat } from "../image/study-model.ts";
import type { Codecs } from "./codecs.ts";
import { codestreamSize } from "./codestream-size.ts";
import { decodeHtj2k, decodeJpeg, decodeJpeg2000, decodeJpegLs } from "./decode-codestream.ts";
import { DecodeFault } from "./decode-fault.ts";
import { decodeJpegLossless } from "./decode-jpeg-lossless.ts";
import { decodeRle } from "./decode-rle.ts";
import { decodeUncompressed } from "./decode-uncompressed.ts";
import type { DecodeRequest } from "./decoded-frame.ts";
import type { RawSamples } from "./raw-samples.ts";

type Decode = (bytes: Uint8Array<ArrayBuffer>, format: PixelFormat, codecs: Codecs) => RawSamples | Promise<RawSamples>;

const littleEndian: Decode = (bytes, format) => decodeUncompressed(bytes, format, false);

/**
 * PS3.6 annex A. Implicit, encapsulated uncompressed (.1.98) and deflated (.1.99) differ in the data set only: their frames
 * are plain little-endian.
 */
const DECODERS: Readonly<Record<string, Decode>> = {
  "1.2.840.10008.1.2": littleEndian,
  "1.2.840.10008.1.2.1": littleEndian,
  "1.2.840.10008.1.2.1.98": littleEndian,
  "1.2.840.10008.1.2.1.99": littleEndian,
  "1.2.840.10008.1.2.2": (bytes, format) => decodeUncompressed(bytes, format, true),
  "1.2.840.10008.1.2.5": (bytes, format) => decodeRle(bytes, format),
  "1.2.840.10008.1.2.4.50": decodeJpeg,
  "1.2.840.10008.1.2.4.51": decodeJpeg,
  "1.2.840.10008.1.2.4.53": decodeJpeg,
  "1.2.840.10008.1.2.4.55": decodeJpeg,
  "1.2.840.10008.1.2.4.57": (bytes) => decodeJpegLossless(bytes),
  "1.2.840.10008.1.2.4.70": (bytes) => decodeJpegLossless(bytes),
  "1.2.840.10008.1.2.4.80": decodeJpegLs,
  "1.2.840.10008.1.2.4.81": decodeJpegLs,
  "1.2.840.10008.1.2.4.90": decodeJpeg2000,
  "1.2.840.10008.1.2.4.91": decodeJpeg2000,
  "1.2.840.10008.1.2.4.201": decodeHtj2k,
  "1.2.840.10008.1.2.4.202": decodeHtj2k,
  "1.2.840.10008.1.2.4.203": decodeHtj2k,
};

/** R G B and one more. */
const MAX_COMPONENTS = 4;

/** Is there a decoder for frames of this transfer syntax? */
export function isDecodable(transferSyntaxUid: string): boolean {
  return DECODERS[transferSyntaxUid] !== undefined;
}

/** One frame from its bytes as stored to the samples its codec gives, of the size that the header says. Throws DecodeFault. */
export async function decodeSamples(request: DecodeRequest, codecs: Codecs): Promise<RawSamples> {
  const { bytes, transferSyntaxUid, format } = request;
  const decode = DECODERS[transferSyntaxUid];
  if (!decode) throw new DecodeFault("syntax-unsupported", transferSyntaxUid);
  if (decode !== littleEndian) assertAnnounced(bytes, format);
  let raw: RawSamples;
  try {
    raw = await decode(bytes, format, codecs);
  } catch (fault) {
    if (fault instanceof DecodeFault || fault instanceof TypeError) throw fault; // TypeError: the codec did not download
    throw new DecodeFault("frame-damaged", fault instanceof Error ? fault.message : transferSyntaxUid);
  }
  if (raw.rows !== format.rows || raw.columns !== format.columns) {
    throw new DecodeFault("frame-damaged", `${raw.columns}x${raw.rows} instead of ${format.columns}x${format.rows}`);
  }
  return raw;
}

/** A codec makes room for what the codestream announces: that must be what the header says. */
export function assertAnnounced(bytes: Uint8Array, format: PixelFormat): void {
  const size = codestreamSize(bytes);
  if (size && (size.rows !== format.rows || size.columns !== format.columns))
    throw new DecodeFault("frame-damaged", `${size.columns}x${size.rows} instead of ${format.columns}x${format.rows}`);
  if (size && size.components > MAX_COMPONENTS)
    throw new DecodeFault("format-unsupported", `${size.components} components`);
}
