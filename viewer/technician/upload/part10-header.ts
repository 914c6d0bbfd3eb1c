import dicomParser from "dicom-parser";
import type { InstanceHeader } from "./upload-item.ts";

/** PS3.10 §7.1: 128 bytes of preamble, then "DICM". */
export function isPart10(bytes: Uint8Array): boolean {
  return (
    bytes.length >= 132 && bytes[128] === 0x44 && bytes[129] === 0x49 && bytes[130] === 0x43 && bytes[131] === 0x4d
  );
}

const LONG_VRS = new Set(["OB", "OW", "OF", "SQ", "UT", "UN", "OD", "OL", "OV", "UC", "UR", "SV", "UV"]);

/** Where the File Meta group ends and the data set begins (the group is always explicit VR little endian), or null. */
export function dataSetOffset(bytes: Uint8Array): number | null {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 132;
  while (at + 8 <= bytes.length && data.getUint16(at, true) === 2) {
    const vr = String.fromCharCode(bytes[at + 4] ?? 0, bytes[at + 5] ?? 0);
    if (LONG_VRS.has(vr)) {
      if (at + 12 > bytes.length) return null;
      at += 12 + data.getUint32(at + 8, true);
    } else at += 8 + data.getUint16(at + 6, true);
  }
  return at === 132 || at > bytes.length ? null : at;
}

const MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10";

export type Part10Header =
  | { readonly kind: "instance"; readonly header: InstanceHeader | null }
  | { readonly kind: "directory" };

/**
 * The identifiers of an instance, from the first part of its file. `header` null: it says it is DICOM, but the browser
 * cannot read so far; the hub is the judge of it.
 */
export function readPart10Header(bytes: Uint8Array): Part10Header {
  try {
    // The Series Instance UID is the last of the three; nothing behind it is looked at. A deflated data set throws.
    const dataSet = dicomParser.parseDicom(bytes, { untilTag: "x0020000e" });
    if (dataSet.string("x00020002") === MEDIA_STORAGE_DIRECTORY) return { kind: "directory" };
    const sopInstanceUid = dataSet.string("x00080018");
    const studyInstanceUid = dataSet.string("x0020000d");
    const seriesInstanceUid = dataSet.string("x0020000e");
    if (!sopInstanceUid || !studyInstanceUid || !seriesInstanceUid) return { kind: "instance", header: null };
    return { kind: "instance", header: { sopInstanceUid, studyInstanceUid, seriesInstanceUid } };
  } catch {
    return { kind: "instance", header: null };
  }
}
