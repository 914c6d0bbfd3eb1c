import { part10Header } from "../../core/dicom/part10-header.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN } from "../../core/dicom/uid.ts";

export const SECONDARY_CAPTURE_UID = "1.2.840.10008.5.1.4.1.1.7";

/** A whole Secondary Capture image of an invented person: 32 × 32 pixels of a ramp, Explicit VR Little Endian. */
export function tinyDataSet(sopInstanceUid: string): Buffer {
  return Buffer.concat([
    element(0x0008, 0x0005, "CS", "ISO_IR 192"),
    element(0x0008, 0x0016, "UI", SECONDARY_CAPTURE_UID),
    element(0x0008, 0x0018, "UI", sopInstanceUid),
    element(0x0008, 0x0020, "DA", "20260102"),
    element(0x0008, 0x0060, "CS", "OT"),
    element(0x0010, 0x0010, "PN", "Test^Tiny=测试^小"),
    element(0x0010, 0x0020, "LO", "T-0001"),
    element(0x0020, 0x000d, "UI", "2.25.1"),
    element(0x0020, 0x000e, "UI", "2.25.1.1"),
    element(0x0028, 0x0002, "US", word(1)),
    element(0x0028, 0x0004, "CS", "MONOCHROME2"),
    element(0x0028, 0x0010, "US", word(32)),
    element(0x0028, 0x0011, "US", word(32)),
    element(0x0028, 0x0100, "US", word(8)),
    element(0x0028, 0x0101, "US", word(8)),
    element(0x0028, 0x0102, "US", word(7)),
    element(0x0028, 0x0103, "US", word(0)),
    element(0x7fe0, 0x0010, "OB", Buffer.from(Array.from({ length: 1024 }, (_, at) => at % 256))),
  ]);
}

export function tinyPart10(sopInstanceUid: string): Buffer {
  const meta = {
    sopClassUid: SECONDARY_CAPTURE_UID,
    sopInstanceUid,
    transferSyntaxUid: EXPLICIT_VR_LITTLE_ENDIAN,
    sourceAeTitle: "TEST",
  };
  return Buffer.concat([part10Header(meta), tinyDataSet(sopInstanceUid)]);
}

/** What follows the File Meta Information: its length is said in its first element (PS3.10 §7.1). */
export function dataSetOf(part10: Buffer): Buffer {
  return part10.subarray(144 + part10.readUInt32LE(140));
}

function word(value: number): Buffer {
  return Buffer.from([value & 255, value >> 8]);
}

function element(group: number, number: number, vr: string, value: string | Buffer): Buffer {
  const raw = Buffer.from(value);
  const bytes = raw.length % 2 === 0 ? raw : Buffer.concat([raw, Buffer.from(vr === "UI" ? "\0" : " ")]);
  const head = Buffer.alloc(vr === "OB" ? 12 : 8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4, "latin1");
  if (vr === "OB") head.writeUInt32LE(bytes.length, 8);
  else head.writeUInt16LE(bytes.length, 6);
  return Buffer.concat([head, bytes]);
}
