import { DecodeFault } from "./decode-fault.ts";

const SOT = 0xff90;
const SOT_LENGTH = 12;

/**
 * Where each resolution of a one-tile codestream ends whose tile-parts are its resolutions, smallest first: the bytes up to
 * there decode to that resolution. Throws DecodeFault for another kind of codestream (ISO/IEC 15444-1 §A.4.2).
 */
export function resolutionEnds(codestream: Uint8Array): readonly number[] {
  const view = new DataView(codestream.buffer, codestream.byteOffset, codestream.byteLength);
  const damaged = (): never => {
    throw new DecodeFault("frame-damaged", "tile-parts");
  };
  let at = 2;
  while (at + SOT_LENGTH <= view.byteLength && view.getUint16(at) !== SOT) at += 2 + view.getUint16(at + 2);
  const ends: number[] = [];
  while (at + SOT_LENGTH <= view.byteLength && view.getUint16(at) === SOT) {
    const length = view.getUint32(at + 6);
    if (view.getUint8(at + 10) !== ends.length || length < SOT_LENGTH || at + length > view.byteLength) damaged();
    at += length;
    ends.push(at);
  }
  return ends.length > 0 ? ends : damaged();
}
