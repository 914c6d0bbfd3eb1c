import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from "./uid.ts";

/**
 * Preamble and File Meta Information (PS3.10 §7.1) for a data set that came without them, so that what is stored is a
 * file any reader opens. The data set itself follows as it came.
 */
export function part10Header(meta: {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  /** Absent for what no application entity sent. */
  readonly sourceAeTitle?: string;
}): Buffer {
  const group = Buffer.concat([
    element(0x0001, "OB", Buffer.from([0, 1])),
    element(0x0002, "UI", meta.sopClassUid),
    element(0x0003, "UI", meta.sopInstanceUid),
    element(0x0010, "UI", meta.transferSyntaxUid),
    element(0x0012, "UI", IMPLEMENTATION_CLASS_UID),
    element(0x0013, "SH", IMPLEMENTATION_VERSION_NAME),
    ...(meta.sourceAeTitle === undefined ? [] : [element(0x0016, "AE", meta.sourceAeTitle)]),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(group.length);
  return Buffer.concat([Buffer.alloc(128), Buffer.from("DICM"), element(0x0000, "UL", length), group]);
}

/** One element of group 0002, Explicit VR Little Endian, padded to even length. */
function element(number: number, vr: string, value: string | Buffer): Buffer {
  const bytes = typeof value === "string" ? Buffer.from(value, "latin1") : value;
  const padding = Buffer.from(vr === "UI" || vr === "OB" ? "\0" : " ");
  const even = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, padding]);
  const head = Buffer.alloc(vr === "OB" ? 12 : 8);
  head.writeUInt16LE(0x0002, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4, "latin1");
  if (vr === "OB") head.writeUInt32LE(even.length, 8);
  else head.writeUInt16LE(even.length, 6);
  return Buffer.concat([head, even]);
}
