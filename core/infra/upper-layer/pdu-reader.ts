import { PDU_TYPE, type Pdu, type PduKind } from "./pdu.ts";
import { decodePdu } from "./pdu-codec.ts";
import { UpperLayerFault } from "./upper-layer-fault.ts";

/** A piece of a PDV, as it arrived; `data` is a view of the chunk. */
export interface PdvPiece {
  readonly kind: "pdv";
  readonly contextId: number;
  readonly isCommand: boolean;
  readonly data: Buffer;
  /** The command set or data set ends with this piece. */
  readonly isLast: boolean;
}

export type PduEvent = { readonly kind: "p-data" } | PdvPiece | { readonly kind: "pdu"; readonly pdu: Pdu };

export interface PduLimits {
  /** Body of an associate PDU, bytes. */
  readonly maxAssociateLength: number;
  /** Body of a P-DATA-TF, bytes: what was announced to the peer. */
  readonly maxPduLength: number;
}

const KIND_OF_TYPE = new Map(Object.entries(PDU_TYPE).map(([kind, type]) => [type as number, kind as PduKind]));
const HEADER_LENGTH = 6;

/**
 * Cuts a byte stream into PDUs. An announced length is held against the limits before anything is kept for it, P-DATA
 * is never kept at all: memory is bounded by `maxAssociateLength`, whatever comes. After a fault the reader is of no use.
 */
export class PduReader {
  readonly #limits: PduLimits;
  readonly #header = Buffer.alloc(HEADER_LENGTH);
  #headerLength = 0;
  #pduCount = 0;
  #body: { readonly kind: Exclude<PduKind, "p-data">; readonly bytes: Buffer; length: number } | null = null;
  /** Bytes of the current P-DATA-TF after what was read; 0 = not in one. */
  #pDataLeft = 0;
  #pdv: { readonly contextId: number; readonly control: number; left: number } | null = null;

  constructor(limits: PduLimits) {
    this.#limits = limits;
  }

  /** Whole PDUs so far. */
  get pduCount(): number {
    return this.#pduCount;
  }

  /** Throws UpperLayerFault. The events must be taken to the end before the next chunk. */
  *read(chunk: Buffer): Generator<PduEvent, void> {
    let at = 0;
    while (at < chunk.length) {
      if (this.#pdv) {
        const data = chunk.subarray(at, at + this.#pdv.left);
        at += data.length;
        yield this.#takePiece(this.#pdv, data);
      } else if (this.#body) {
        const { kind, bytes } = this.#body;
        const copied = chunk.copy(bytes, this.#body.length, at);
        at += copied;
        this.#body.length += copied;
        if (this.#body.length === bytes.length) {
          this.#body = null;
          this.#pduCount++;
          yield { kind: "pdu", pdu: decodePdu(kind, bytes) };
        }
      } else {
        const copied = chunk.copy(this.#header, this.#headerLength, at, at + HEADER_LENGTH - this.#headerLength);
        at += copied;
        this.#headerLength += copied;
        if (this.#headerLength < HEADER_LENGTH) return;
        this.#headerLength = 0;
        if (this.#pDataLeft === 0) {
          if (this.#startPdu() === "p-data") yield { kind: "p-data" };
        } else {
          const pdv = this.#startPdv();
          if (pdv.left === 0) yield this.#takePiece(pdv, chunk.subarray(at, at));
        }
      }
    }
  }

  #startPdu(): PduKind {
    const kind = KIND_OF_TYPE.get(this.#header.readUInt8(0));
    if (!kind) throw new UpperLayerFault("unrecognizedPdu", "unknown PDU type");
    const length = this.#header.readUInt32BE(2);
    if (kind === "p-data") {
      if (length > this.#limits.maxPduLength) throw tooLong(kind);
      if (length < HEADER_LENGTH) throw new UpperLayerFault("invalidParameterValue", "P-DATA-TF without a PDV");
      this.#pDataLeft = length;
      return kind;
    }
    const limit = kind === "associate-rq" || kind === "associate-ac" ? this.#limits.maxAssociateLength : 4;
    if (length > limit) throw tooLong(kind);
    if (length < 4) throw new UpperLayerFault("invalidParameterValue", `${kind} PDU cut short`);
    this.#body = { kind, bytes: Buffer.allocUnsafe(length), length: 0 };
    return kind;
  }

  #startPdv() {
    const length = this.#header.readUInt32BE(0);
    // The length counts the context id and the control header, but not itself (PS3.8 §9.3.5.1).
    if (length < 2 || length + 4 > this.#pDataLeft) {
      throw new UpperLayerFault("invalidParameterValue", "PDV length does not fit its PDU");
    }
    const pdv = { contextId: this.#header.readUInt8(4), control: this.#header.readUInt8(5), left: length - 2 };
    this.#pDataLeft -= HEADER_LENGTH;
    const rest = this.#pDataLeft - pdv.left;
    if (rest > 0 && rest < HEADER_LENGTH) throw new UpperLayerFault("invalidParameterValue", "PDV header cut short");
    this.#pdv = pdv;
    return pdv;
  }

  #takePiece(pdv: { readonly contextId: number; readonly control: number; left: number }, data: Buffer): PdvPiece {
    pdv.left -= data.length;
    this.#pDataLeft -= data.length;
    if (pdv.left === 0) this.#pdv = null;
    if (this.#pDataLeft === 0) this.#pduCount++;
    return {
      kind: "pdv",
      contextId: pdv.contextId,
      isCommand: (pdv.control & 1) === 1,
      data,
      isLast: pdv.left === 0 && (pdv.control & 2) === 2,
    };
  }
}

function tooLong(kind: PduKind): UpperLayerFault {
  return new UpperLayerFault("invalidParameterValue", `${kind} PDU announces more bytes than allowed`);
}
