import { DomainError } from "../errors.ts";

const LONG_VRS = new Set(["OB", "OW", "SQ", "UN", "UT"]);

/**
 * Where group 0002 ends and the data set begins, or null when the bytes so far do not tell. Throws `dicom-unreadable`
 * for what does not begin as a Part 10 file (PS3.10 §7.1).
 */
export function metaEnd(head: Uint8Array): number | null {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (bytes.length < 132) return null;
  if (bytes.toString("latin1", 128, 132) !== "DICM") throw new DomainError("dicom-unreadable");
  let at = 132;
  while (at + 8 <= bytes.length) {
    if (bytes.readUInt16LE(at) !== 0x0002) return at;
    const long = LONG_VRS.has(bytes.toString("latin1", at + 4, at + 6));
    if (long && at + 12 > bytes.length) return null;
    at += long ? 12 + bytes.readUInt32LE(at + 8) : 8 + bytes.readUInt16LE(at + 6);
  }
  return null;
}
