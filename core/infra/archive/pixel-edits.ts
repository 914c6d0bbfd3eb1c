import type { DataSet } from "dicom-parser";
import { codeString, type ElementEdits, explicitElement, unsignedShort } from "../../dicom/edit-elements.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN } from "../../dicom/uid.ts";
import type { PixelFormat } from "../../image/study-model.ts";

const PHOTOMETRIC_INTERPRETATION = 0x00280004;
const PLANAR_CONFIGURATION = 0x00280006;
const LOSSY_IMAGE_COMPRESSION = 0x00282110;
const ICON_IMAGE_SEQUENCE = 0x00880200;
const EXTENDED_OFFSET_TABLE = [0x7fe00001, 0x7fe00002, 0x7fe00003];
const PIXEL_DATA = 0x7fe00010;
const UNDEFINED_LENGTH = 0xffffffff;

/** JPEG with DCT and near-lossless JPEG-LS: what went through them lost something, whether or not the header says so. */
const LOSSY = /^1\.2\.840\.10008\.1\.2\.4\.(5[0-6]|81)$/;
const HTJ2K = /^1\.2\.840\.10008\.1\.2\.4\.20[12]$/;

export interface PixelChange {
  readonly dataSet: DataSet;
  /** Of the native frames. */
  readonly format: PixelFormat;
  readonly from: string;
  readonly to: string;
  /** Null when the pixel data is encapsulated. */
  readonly pixelBytes: number | null;
}

/**
 * What changes in a header with its pixels' transfer syntax; ends with the head of the pixel data element. That lossy
 * compression took place stays said (PS3.3 C.7.6.1.1.5).
 */
export function pixelEdits({ dataSet, format, from, to, pixelBytes }: PixelChange): ElementEdits {
  const { photometricInterpretation, samplesPerPixel, planarConfiguration, bitsAllocated } = format;
  const edits = new Map<number, Buffer | null>();
  const interpretation = interpretationIn(photometricInterpretation, to);
  edits.set(PHOTOMETRIC_INTERPRETATION, codeString(PHOTOMETRIC_INTERPRETATION, interpretation));
  if (samplesPerPixel > 1) {
    // codestreams hold samples pixel by pixel, but for RLE, whose header may say either (PS3.5 §8.2.2)
    const planar = to === EXPLICIT_VR_LITTLE_ENDIAN || to === "1.2.840.10008.1.2.5" ? planarConfiguration : 0;
    edits.set(PLANAR_CONFIGURATION, unsignedShort(PLANAR_CONFIGURATION, planar));
  }
  if (LOSSY.test(from) && dataSet.elements.x00282110 === undefined)
    edits.set(LOSSY_IMAGE_COMPRESSION, codeString(LOSSY_IMAGE_COMPRESSION, "01"));
  for (const tag of EXTENDED_OFFSET_TABLE) edits.set(tag, null);
  // an icon in the old encoding could not be read in the new one; it may be left out (PS3.3 table C.7-9)
  if (hasEncapsulatedIcon(dataSet)) edits.set(ICON_IMAGE_SEQUENCE, null);
  const vr = pixelBytes !== null && bitsAllocated > 8 ? "OW" : "OB";
  const length = pixelBytes === null ? UNDEFINED_LENGTH : pixelBytes + (pixelBytes % 2);
  edits.set(PIXEL_DATA, explicitElement(PIXEL_DATA, vr, Buffer.alloc(0), length));
  return edits;
}

function interpretationIn(native: string, to: string): string {
  if (to === EXPLICIT_VR_LITTLE_ENDIAN) return native;
  // an HTJ2K codestream of R G B went through the reversible component transform (PS3.5 §8.2.4)
  if (HTJ2K.test(to) && native === "RGB") return "YBR_RCT";
  // no codestream here has fewer samples of colour than pixels
  return native.replace(/^(YBR_\w+)_42[02]$/, "$1");
}

function hasEncapsulatedIcon(dataSet: DataSet): boolean {
  const items = dataSet.elements.x00880200?.items ?? [];
  return items.some((item) => item.dataSet?.elements.x7fe00010?.hadUndefinedLength === true);
}
