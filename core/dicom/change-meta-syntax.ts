import { DomainError } from "../errors.ts";

const PREAMBLE_BYTES = 128;
const GROUP_LENGTH = 0x0000;
const TRANSFER_SYNTAX_UID = 0x0010;
const LONG_VRS = new Set(["OB", "OW", "SQ", "UN", "UT"]);

/**
 * Preamble and File Meta Information of a Part 10 file (PS3.10 §7.1) for the same instance in another transfer syntax. The
 * preamble comes out empty: what it may say of another format's offsets is no longer true.
 */
export function changeMetaSyntax(meta: Buffer, transferSyntaxUid: string): Buffer {
  const kept: Buffer[] = [];
  for (let at = PREAMBLE_BYTES + 4; at < meta.length; ) {
    const isLong = LONG_VRS.has(meta.toString("latin1", at + 4, at + 6));
    const end = at + (isLong ? 12 + meta.readUInt32LE(at + 8) : 8 + meta.readUInt16LE(at + 6));
    if (end > meta.length) throw new DomainError("dicom-unreadable");
    const number = meta.readUInt16LE(at + 2);
    if (number === TRANSFER_SYNTAX_UID) kept.push(uidElement(transferSyntaxUid));
    else if (number !== GROUP_LENGTH) kept.push(meta.subarray(at, end));
    at = end;
  }
  const group = Buffer.concat(kept);
  const groupLength = Buffer.from([0x02, 0, 0, 0, 0x55, 0x4c, 4, 0, 0, 0, 0, 0]); // UL
  groupLength.writeUInt32LE(group.length, 8);
  return Buffer.concat([Buffer.alloc(PREAMBLE_BYTES), Buffer.from("DICM"), groupLength, group]);
}

function uidElement(uid: string): Buffer {
  const value = Buffer.from(uid.length % 2 === 0 ? uid : `${uid}\0`, "latin1");
  return Buffer.concat([Buffer.from([0x02, 0, TRANSFER_SYNTAX_UID, 0, 0x55, 0x49, value.length, 0]), value]);
}
