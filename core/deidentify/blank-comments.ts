const SOI = 0xffd8;
const SOC = 0xff4f;
const MARKERS = {
  EOI: 0xd9,
  SOS: 0xda,
  COM: 0xfe,
  J2K_SOT: 0x90,
  J2K_SOD: 0x93,
  J2K_COM: 0x64,
} as const;

/**
 * Writes spaces over what a codestream says in words: the comments and application segments of JPEG and JPEG-LS, the comments
 * of JPEG 2000; in place, so that nothing moves. Zeroes over what follows a JPEG's end. Other codestreams have no place for
 * words.
 */
export function blankComments(codestream: Buffer): void {
  const first = codestream.length >= 4 ? codestream.readUInt16BE(0) : 0;
  if (first === SOI) blankJpeg(codestream);
  if (first === SOC) blankJpeg2000(codestream);
}

function blankJpeg(bytes: Buffer): void {
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) {
      at++;
      continue;
    }
    const marker = bytes[at + 1] ?? 0;
    if (marker === MARKERS.EOI) {
      bytes.fill(0, at + 2);
      return;
    }
    // fill bytes, stuffed bytes (also JPEG-LS's), restart markers and TEM have no length
    if (marker === 0xff || marker < 0x80 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    const length = bytes.readUInt16BE(at + 2);
    if (isWords(marker, bytes, at)) bytes.fill(0x20, at + 4, Math.min(bytes.length, at + 2 + length));
    at += 2 + length;
  }
}

/** APP0 (JFIF) and APP14 (Adobe) tell the colours, and APP8 (SPIFF) the form, when they are what they say. */
function isWords(marker: number, bytes: Buffer, at: number): boolean {
  if (marker === MARKERS.COM) return true;
  if (marker < 0xe0 || marker > 0xef) return false;
  const name = bytes.toString("latin1", at + 4, at + 9);
  const length = bytes.readUInt16BE(at + 2);
  return !(
    (name === "JFIF\0" && length === 16) ||
    (name === "Adobe" && length === 14) ||
    (name === "SPIFF" && length <= 34)
  );
}

function blankJpeg2000(bytes: Buffer): void {
  let at = 2;
  let tileStart = -1;
  let tileLength = 0;
  while (at + 4 <= bytes.length) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff || marker === MARKERS.EOI) return;
    if (marker === MARKERS.J2K_SOD) {
      // 0: the last tile-part, to the end of the codestream
      if (tileStart < 0 || tileLength < 12) return;
      at = tileStart + tileLength;
      continue;
    }
    const length = bytes.readUInt16BE(at + 2);
    if (length < 2) return;
    if (marker === MARKERS.J2K_SOT && at + 12 <= bytes.length) {
      tileStart = at;
      tileLength = bytes.readUInt32BE(at + 6);
    }
    if (marker === MARKERS.J2K_COM) bytes.fill(0x20, at + 6, Math.min(bytes.length, at + 2 + length));
    at += 2 + length;
  }
}
