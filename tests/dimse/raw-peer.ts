import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from "../../core/dicom/uid.ts";
import { type CommandSet, decodeCommand, encodeCommand } from "../../core/infra/upper-layer/command-codec.ts";
import { APPLICATION_CONTEXT_UID, type AssociateRequest, type Pdu } from "../../core/infra/upper-layer/pdu.ts";
import { encodeFragments, encodePdu } from "../../core/infra/upper-layer/pdu-codec.ts";
import { PduReader } from "../../core/infra/upper-layer/pdu-reader.ts";
import { SECONDARY_CAPTURE_UID } from "./tiny-part10.ts";

export const ECHO_CONTEXT = 1;
export const STORE_CONTEXT = 3;

export const ASSOCIATE_REQUEST: AssociateRequest = {
  kind: "associate-rq",
  protocolVersion: 1,
  applicationContextUid: APPLICATION_CONTEXT_UID,
  calledAeTitle: "HUB",
  callingAeTitle: "PEER_A",
  contexts: [
    { id: ECHO_CONTEXT, abstractSyntaxUid: "1.2.840.10008.1.1", transferSyntaxUids: [IMPLICIT_VR_LITTLE_ENDIAN] },
    {
      id: STORE_CONTEXT,
      abstractSyntaxUid: SECONDARY_CAPTURE_UID,
      transferSyntaxUids: [EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN],
    },
  ],
  user: { maxPduLength: 16_384, implementationClassUid: "2.25.7", implementationVersionName: "RAW_PEER", roles: [] },
};

export const ECHO_REQUEST: CommandSet = {
  affectedSopClassUid: "1.2.840.10008.1.1",
  commandField: 0x0030,
  messageId: 1,
  commandDataSetType: 0x0101,
};

export function storeRequest(messageId: number, sopInstanceUid: string): CommandSet {
  return {
    affectedSopClassUid: SECONDARY_CAPTURE_UID,
    commandField: 0x0001,
    messageId,
    priority: 0,
    commandDataSetType: 0,
    affectedSopInstanceUid: sopInstanceUid,
  };
}

type Answer =
  | { readonly pdu: Pdu }
  | { readonly command: CommandSet }
  | { readonly dataSet: Buffer }
  | { readonly closed: true };

/** A peer that can break every rule: it sends what it is told to, and gives back what it hears. */
export class RawPeer {
  readonly socket: Socket;
  readonly #answers: AsyncGenerator<Answer>;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.#answers = answersOf(socket);
    socket.on("error", () => {});
  }

  static async connect(port: number): Promise<RawPeer> {
    const socket = createConnection({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    return new RawPeer(socket);
  }

  static async associate(port: number, request: Partial<AssociateRequest> = {}): Promise<RawPeer> {
    const peer = await RawPeer.connect(port);
    peer.sendPdu({ ...ASSOCIATE_REQUEST, ...request });
    const answer = await peer.answer();
    if (!("pdu" in answer) || answer.pdu.kind !== "associate-ac") throw new Error(`got ${JSON.stringify(answer)}`);
    return peer;
  }

  send(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  sendPdu(pdu: Pdu): void {
    this.send(encodePdu(pdu));
  }

  sendCommand(contextId: number, command: CommandSet): void {
    this.send(Buffer.concat(encodeFragments(contextId, true, encodeCommand(command), 16_384)));
  }

  sendDataSet(contextId: number, bytes: Uint8Array, maxPduLength = 16_384): void {
    this.send(Buffer.concat(encodeFragments(contextId, false, bytes, maxPduLength)));
  }

  /** The next thing heard: a PDU, a whole command, or the end of the connection. */
  async answer(): Promise<Answer> {
    const { value } = await this.#answers.next();
    return value ?? { closed: true };
  }

  async dataSet(): Promise<Buffer> {
    const answer = await this.answer();
    if (!("dataSet" in answer)) throw new Error("no data set came");
    return answer.dataSet;
  }

  close(): void {
    this.socket.destroy();
  }
}

async function* answersOf(socket: Socket): AsyncGenerator<Answer> {
  const reader = new PduReader({ maxAssociateLength: 65_536, maxPduLength: 16_384 });
  let pieces: Buffer[] = [];
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      for (const event of reader.read(chunk)) {
        if (event.kind === "pdu") yield { pdu: event.pdu };
        if (event.kind !== "pdv") continue;
        pieces.push(event.data);
        if (!event.isLast) continue;
        const whole = Buffer.concat(pieces);
        pieces = [];
        yield event.isCommand ? { command: decodeCommand(whole) } : { dataSet: whole };
      }
    }
  } catch {
    // A reset is an end like any other to this peer.
  }
}

/** The first fragment of a message and no more: the start of a data set that never comes to its end. */
export function openFragment(contextId: number, isCommand: boolean, bytes: Uint8Array): Buffer {
  const pdu = Buffer.concat(encodeFragments(contextId, isCommand, bytes, 0));
  pdu.writeUInt8(isCommand ? 1 : 0, 11);
  return pdu;
}
