import { decodeAssociate, encodeAssociate } from "./associate-codec.ts";
import { PDU_TYPE, type Pdu, type PduKind } from "./pdu.ts";
import { UpperLayerFault } from "./upper-layer-fault.ts";

/** Any PDU but P-DATA-TF, from its type and the bytes after the six of its header (PS3.8 §9.3). Throws UpperLayerFault. */
export function decodePdu(kind: Exclude<PduKind, "p-data">, body: Buffer): Pdu {
  if (kind === "associate-rq" || kind === "associate-ac") return decodeAssociate(kind, body);
  if (body.length !== 4) throw new UpperLayerFault("invalidParameterValue", `${kind} PDU is not 4 bytes long`);
  if (kind === "associate-rj") {
    return { kind, result: body.readUInt8(1), source: body.readUInt8(2), reason: body.readUInt8(3) };
  }
  if (kind === "abort") return { kind, source: body.readUInt8(2), reason: body.readUInt8(3) };
  return { kind };
}

export function encodePdu(pdu: Pdu): Buffer {
  switch (pdu.kind) {
    case "associate-rq":
    case "associate-ac":
      return encodeAssociate(pdu);
    case "associate-rj":
      return shortPdu(pdu.kind, pdu.result, pdu.source, pdu.reason);
    case "abort":
      return shortPdu(pdu.kind, 0, pdu.source, pdu.reason);
    case "release-rq":
    case "release-rp":
      return shortPdu(pdu.kind, 0, 0, 0);
  }
}

function shortPdu(kind: PduKind, second: number, third: number, fourth: number): Buffer {
  return Buffer.from([PDU_TYPE[kind], 0, 0, 0, 0, 4, 0, second, third, fourth]);
}

/**
 * A command set or data set as P-DATA-TF PDUs of one fragment each (PS3.8 §9.3.5, Annex E).
 *
 * @param maxPduLength what the peer announced; 0 = no limit, then our own size
 */
export function encodeFragments(
  contextId: number,
  isCommand: boolean,
  bytes: Uint8Array,
  maxPduLength: number,
): Uint8Array[] {
  const room = fragmentRoom(maxPduLength);
  const pdus: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += room) {
    const fragment = bytes.subarray(at, at + room);
    pdus.push(fragmentHeader(contextId, fragment.length, { isCommand, isLast: at + room >= bytes.length }), fragment);
  }
  return pdus;
}

/** Bytes of a fragment for a peer that announced `maxPduLength`; 0 = no limit, then our own size. */
export function fragmentRoom(maxPduLength: number): number {
  // Six bytes of the PDV header count towards the announced length (PS3.8 §D.1.1); fragments are of even length.
  return Math.max(2, (Math.min(maxPduLength || DEFAULT_PDU_LENGTH, DEFAULT_PDU_LENGTH) - 6) & ~1);
}

/** What stands before a fragment that is alone in its P-DATA-TF: the headers of the PDU and of the PDV (PS3.8 §9.3.5). */
export function fragmentHeader(
  contextId: number,
  fragmentLength: number,
  { isCommand, isLast }: { readonly isCommand: boolean; readonly isLast: boolean },
): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt8(PDU_TYPE["p-data"], 0);
  head.writeUInt32BE(fragmentLength + 6, 2);
  head.writeUInt32BE(fragmentLength + 2, 6);
  head.writeUInt8(contextId, 10);
  head.writeUInt8((isCommand ? 1 : 0) | (isLast ? 2 : 0), 11);
  return head;
}

const DEFAULT_PDU_LENGTH = 131_072;
