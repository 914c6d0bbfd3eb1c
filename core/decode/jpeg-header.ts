import { DecodeFault } from "./decode-fault.ts";

export interface JpegHeader {
  /** Low nibble of the SOF marker: 0 baseline, 1 extended, 2 progressive, 3 lossless. */
  readonly process: number;
  readonly bitsPerSample: number;
  readonly rows: number;
  readonly columns: number;
  readonly components: number;
  /** A JFIF or Adobe segment stands before the frame, which settles the colour space. */
  readonly saysColour: boolean;
}

/** The frame header of a JPEG codestream (ITU-T T.81 B.2.2). */
export function jpegHeader(bytes: Uint8Array): JpegHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let saysColour = false;
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) {
      at++;
      continue;
    }
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) {
      return {
        process: marker & 0x0f,
        bitsPerSample: view.getUint8(at + 4),
        rows: view.getUint16(at + 5),
        columns: view.getUint16(at + 7),
        components: view.getUint8(at + 9),
        saysColour,
      };
    }
    if (marker === 0xe0 || marker === 0xee) saysColour = true;
    const standsAlone = marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd9);
    at += standsAlone ? (marker === 0xff ? 1 : 2) : 2 + view.getUint16(at + 2);
  }
  throw new DecodeFault("frame-damaged", "no JPEG frame header");
}
