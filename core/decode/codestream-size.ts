import { jpegHeader } from "./jpeg-header.ts";

/** Pixels a codestream says it has, and samples in each. */
export interface CodestreamSize {
  readonly rows: number;
  readonly columns: number;
  readonly components: number;
}

const SOC_SIZ = 0xff4fff51;

/**
 * What the head of a JPEG, JPEG-LS or JPEG 2000 codestream announces, before a codec is asked to make room for it; null
 * when the head is not where it should be.
 */
export function codestreamSize(bytes: Uint8Array): CodestreamSize | null {
  if (bytes.length < 24) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // SIZ: Xsiz, Ysiz, XOsiz, YOsiz, …, Csiz (ISO/IEC 15444-1 table A.9)
  if (view.getUint32(0) === SOC_SIZ) {
    if (bytes.length < 42) return null;
    const [width, height, left, top] = [8, 12, 16, 20].map((at) => view.getUint32(at)) as [
      number,
      number,
      number,
      number,
    ];
    return { rows: height - top, columns: width - left, components: view.getUint16(40) };
  }
  if (view.getUint16(0) !== 0xffd8) return null;
  try {
    // SOF55 of JPEG-LS (ITU-T T.87 C.2.2) has the place of the others, but not their number
    return jpegLsSize(view) ?? jpegHeader(bytes);
  } catch {
    return null;
  }
}

function jpegLsSize(view: DataView): CodestreamSize | null {
  for (let at = 2; at + 9 < view.byteLength; ) {
    const marker = view.getUint16(at);
    if (marker === 0xfff7)
      return { rows: view.getUint16(at + 5), columns: view.getUint16(at + 7), components: view.getUint8(at + 9) };
    if (marker < 0xffc0 || marker === 0xffda) return null;
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}
