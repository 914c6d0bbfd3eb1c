import type { Socket } from "node:net";
import type { RejectedAssociation } from "../../core/infra/postgres/note-rejected-association.ts";
import { AssociationEnded } from "../../core/infra/upper-layer/association-ended.ts";
import {
  type CommandSet,
  encodeCommand,
  NO_DATA_SET,
  WITH_DATA_SET,
} from "../../core/infra/upper-layer/command-codec.ts";
import { IdleClock } from "../../core/infra/upper-layer/idle-clock.ts";
import { MessageAssembler } from "../../core/infra/upper-layer/message-assembler.ts";
import type { AcceptedContext, AssociateRequest, Pdu } from "../../core/infra/upper-layer/pdu.ts";
import { encodeFragments, encodePdu } from "../../core/infra/upper-layer/pdu-codec.ts";
import { type PduEvent, type PduLimits, PduReader } from "../../core/infra/upper-layer/pdu-reader.ts";
import { SocketWriter } from "../../core/infra/upper-layer/socket-writer.ts";
import { streamFragments } from "../../core/infra/upper-layer/stream-fragments.ts";
import { ABORT_REASON, UpperLayerFault } from "../../core/infra/upper-layer/upper-layer-fault.ts";
import type { InstanceSource } from "../../core/ports.ts";
import { type AdmissionRules, acceptPdu, admitAssociation, isAeTitle, rejectPdu } from "./admit-association.ts";
import type { DimseRequest, DimseResponse, DimseService, OwnRequest } from "./dimse-service.ts";
import { encodeResponse } from "./encode-response.ts";
import { type Negotiation, negotiateContexts } from "./negotiate-contexts.ts";
import { OwnRequests } from "./own-requests.ts";
import { readEvents } from "./read-events.ts";
import { RequestDispatcher } from "./request-dispatcher.ts";
import type { TlsPeer } from "./tls-peer.ts";

export interface AssociationTimeouts {
  /** From the connection to the whole association request. */
  readonly artimMs: number;
  /** How long the peer may take for its next PDU, while it is its turn. */
  readonly idleMs: number;
  /** How long the peer may leave our answers unread. */
  readonly writeStallMs: number;
  /** How long the peer may take to answer a request of ours, from the end of its data set. */
  readonly responseMs: number;
}

export type DimseLog = (event: { readonly event: string; readonly [id: string]: unknown }) => void;

interface AssociationSettings extends AdmissionRules {
  readonly services: readonly DimseService[];
  readonly pduLimits: PduLimits;
  /** Bytes of a data set that may wait for its service. */
  readonly windowBytes: number;
  readonly timeouts: AssociationTimeouts;
  readonly onReleased: (source: InstanceSource, studyInstanceUids: ReadonlySet<string>) => Promise<void>;
  readonly onRejected: (rejected: RejectedAssociation) => void;
  readonly log: DimseLog;
}

/** How long the peer has to close the connection after our last word; ARTIM, when that is shorter. */
const LINGER_MS = 5_000;

/** What the listener knows of a connection. */
export interface Connection {
  readonly tlsPeer: TlsPeer | null;
  /** Its place among those that wait to be admitted is free again. */
  readonly onAdmitted: () => void;
}

/** What exists from the acceptance of the association on. */
interface Established {
  readonly source: InstanceSource;
  readonly peerMaxPduLength: number;
  readonly assembler: MessageAssembler;
  readonly dispatcher: RequestDispatcher;
  readonly ownRequests: OwnRequests;
  readonly idleClock: IdleClock;
  readonly storedStudyInstanceUids: Set<string>;
}

/** One connection as association acceptor (PS3.8 §9.2): from the transport connection to its end. */
export class Association {
  readonly #associationId: number;
  readonly #socket: Socket;
  readonly #connection: Connection;
  readonly #settings: AssociationSettings;
  readonly #reader: PduReader;
  readonly #writer: SocketWriter;
  readonly #artim: NodeJS.Timeout;
  #established: Established | null = null;
  /** States of PS3.8 table 9-10: 2 to 3, 6, 13. */
  #phase: "requesting" | "established" | "closing" = "requesting";
  #isReading = true;
  #isShuttingDown = false;
  #lingering: NodeJS.Timeout | undefined;

  constructor(associationId: number, socket: Socket, connection: Connection, settings: AssociationSettings) {
    this.#associationId = associationId;
    this.#socket = socket;
    this.#connection = connection;
    this.#settings = settings;
    this.#reader = new PduReader(settings.pduLimits);
    this.#writer = new SocketWriter(socket, settings.timeouts.writeStallMs, () => this.#log("peer-stopped-reading"));
    this.#artim = setTimeout(() => {
      this.#log("association-request-timed-out");
      socket.destroy();
    }, settings.timeouts.artimMs);
    // Always followed by "close"; a lost connection is no fault of ours.
    socket.on("error", () => {});
    socket.on("close", () => this.#endServices());
  }

  /** Resolves when the connection is closed and the last service has come to its end. */
  async run(): Promise<void> {
    try {
      await readEvents(this.#socket, this.#reader, {
        take: (event) => this.#takeEvent(event),
        isOver: () => this.#isClosing(),
        chunkTaken: (pdus) => {
          if (pdus > 0) this.#established?.idleClock.reset();
        },
        fault: (error) => this.#fault(error),
        reading: (isReading) => {
          this.#isReading = isReading;
        },
      });
    } finally {
      clearTimeout(this.#artim);
      clearTimeout(this.#lingering);
      if (this.#phase === "established") this.#log("association-lost", this.#counts());
      this.#phase = "closing";
      this.#socket.destroy();
      await this.#endEstablished();
    }
  }

  /** Ends the association after the message that is under way, if any. */
  shutDown(): void {
    this.#isShuttingDown = true;
    if (this.#phase === "requesting") this.#socket.destroy();
    this.#abortWhenQuiet();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  async #endEstablished(): Promise<void> {
    const established = this.#established;
    if (!established) return;
    established.idleClock.stop();
    this.#endServices();
    await established.dispatcher.settled();
    this.#settings.slots.give(established.source.sender);
  }

  #endServices(): void {
    this.#established?.dispatcher.end();
    this.#established?.ownRequests.end();
  }

  #fault(error: unknown): void {
    if (error instanceof UpperLayerFault) {
      this.#abort({ source: 2, reason: ABORT_REASON[error.reason] }, { reason: error.reason, what: error.message });
    } else if (!(error instanceof AssociationEnded)) {
      this.#abort({ source: 2, reason: ABORT_REASON.notSpecified }, { error });
    }
  }

  #takeEvent(event: PduEvent): Promise<void> | null {
    if (event.kind === "pdu") return this.#takePdu(event.pdu);
    const established = this.#established;
    if (!established) throw new UpperLayerFault("unexpectedPdu", "P-DATA before the association");
    if (event.kind === "p-data") return null;
    const part = established.assembler.take(event);
    return part && established.dispatcher.take(part);
  }

  async #takePdu(pdu: Pdu): Promise<void> {
    if (pdu.kind === "abort") {
      this.#log("association-aborted", { by: "peer", source: pdu.source, reason: pdu.reason, ...this.#counts() });
      this.#phase = "closing";
      this.#socket.destroy();
    } else if (pdu.kind === "associate-rq" && this.#phase === "requesting") {
      clearTimeout(this.#artim);
      await this.#admit(pdu);
    } else if (pdu.kind === "release-rq" && this.#established && !this.#established.assembler.isInMessage) {
      await this.#release(this.#established);
    } else {
      throw new UpperLayerFault("unexpectedPdu", `${pdu.kind} PDU out of turn`);
    }
  }

  async #admit(request: AssociateRequest): Promise<void> {
    const { callingAeTitle, user } = request;
    const ids = {
      callingAeTitle: isAeTitle(callingAeTitle) ? callingAeTitle : "?",
      remoteAddress: this.#socket.remoteAddress,
    };
    const admission = await admitAssociation(request, this.#settings, this.#connection.tlsPeer);
    if (!admission.admitted) {
      const { admitted: _, ...why } = admission;
      this.#log("association-rejected", { ...ids, ...why });
      // what the hub itself could not find out is no refusal of the peer
      if (why.error === undefined)
        this.#settings.onRejected({
          callingAeTitle: isAeTitle(callingAeTitle) ? callingAeTitle : null,
          rejection: why.rejection,
          ...(why.reason !== undefined && { reason: why.reason }),
          remoteAddress: ids.remoteAddress ?? "?",
        });
      this.#close();
      await this.#writer.write([encodePdu(rejectPdu(why.rejection))]);
      return;
    }
    this.#connection.onAdmitted();
    const { siteId } = admission;
    const negotiation = negotiateContexts(request.contexts, user.roles, (uid) => this.#supports(uid));
    this.#established = this.#establish(
      { siteId, via: "dimse", sender: callingAeTitle },
      negotiation,
      user.maxPduLength,
    );
    this.#phase = "established";
    this.#log("association-accepted", { ...ids, siteId, contexts: negotiation.accepted.size });
    const accept = acceptPdu(request, negotiation, this.#settings.pduLimits.maxPduLength);
    await this.#writer.write([encodePdu(accept)]);
    if (this.#isShuttingDown) this.#abortWhenQuiet();
  }

  #supports(abstractSyntaxUid: string): boolean {
    return this.#settings.services.some((service) => service.supports(abstractSyntaxUid));
  }

  #establish(source: InstanceSource, { accepted, storeContexts }: Negotiation, peerMaxPduLength: number): Established {
    const storedStudyInstanceUids = new Set<string>();
    const assembler = new MessageAssembler(accepted);
    const ownRequests = new OwnRequests(this.#settings.timeouts.responseMs, () =>
      this.#abort({ source: 2, reason: ABORT_REASON.notSpecified }, { reason: "no-response" }),
    );
    const idleClock = new IdleClock(
      this.#settings.timeouts.idleMs,
      () => this.#isReading && (assembler.isInMessage || !dispatcher.isRunning),
      () => this.#abort({ source: 2, reason: ABORT_REASON.notSpecified }, { reason: "idle" }),
    );
    const dispatcher = new RequestDispatcher(
      this.#settings.services,
      {
        associationId: this.#associationId,
        source,
        storedStudyInstanceUids,
        storeContexts,
        respond: (request, response, dataSet) => this.#respond(request, response, dataSet),
        request: (context, command, dataSet) => this.#request(context, command, dataSet),
        log: ({ event, ...rest }) => this.#log(event, { callingAeTitle: source.sender, ...rest }),
      },
      this.#settings.windowBytes,
      (response) => ownRequests.take(response),
      (fault) => {
        idleClock.reset();
        if (fault !== null) this.#abort({ source: 2, reason: ABORT_REASON.notSpecified }, { error: fault });
        if (this.#isShuttingDown) this.#abortWhenQuiet();
      },
    );
    return { source, peerMaxPduLength, assembler, dispatcher, ownRequests, idleClock, storedStudyInstanceUids };
  }

  async #respond(request: DimseRequest, response: DimseResponse, dataSet?: Uint8Array): Promise<void> {
    if (!this.#established) throw new AssociationEnded();
    const contextId = request.context.id;
    const { peerMaxPduLength } = this.#established;
    const command = encodeResponse(request.command, response, dataSet !== undefined);
    await this.#writeMessage(encodeFragments(contextId, true, command, peerMaxPduLength));
    if (dataSet) await this.#writeMessage(encodeFragments(contextId, false, dataSet, peerMaxPduLength));
  }

  /** Nothing of a message goes out behind an A-ABORT. */
  async #writeMessage(pieces: readonly Uint8Array[]): Promise<void> {
    if (this.#phase !== "established") throw new AssociationEnded();
    await this.#writer.write(pieces);
  }

  async #request(
    context: AcceptedContext,
    command: OwnRequest,
    dataSet?: AsyncIterable<Uint8Array>,
  ): Promise<CommandSet> {
    const established = this.#established;
    if (!established || this.#phase !== "established") throw new AssociationEnded();
    const { peerMaxPduLength, ownRequests } = established;
    const expected = ownRequests.expect();
    const bytes = encodeCommand({
      ...command,
      messageId: expected.messageId,
      commandDataSetType: dataSet ? WITH_DATA_SET : NO_DATA_SET,
    });
    try {
      await this.#writeMessage(encodeFragments(context.id, true, bytes, peerMaxPduLength));
      if (dataSet) {
        for await (const pdus of streamFragments(context.id, dataSet, peerMaxPduLength)) await this.#writeMessage(pdus);
      }
    } catch (error) {
      // Half a data set is out: nothing else can follow it on this association.
      if (!(error instanceof AssociationEnded))
        this.#abort({ source: 2, reason: ABORT_REASON.notSpecified }, { error });
      throw new AssociationEnded();
    }
    return expected.response();
  }

  async #release({ dispatcher, source, storedStudyInstanceUids }: Established): Promise<void> {
    await dispatcher.settled();
    if (this.#isClosing()) return;
    this.#log("association-released", this.#counts());
    this.#close();
    await this.#writer.write([encodePdu({ kind: "release-rp" })]);
    if (storedStudyInstanceUids.size === 0) return;
    try {
      await this.#settings.onReleased(source, storedStudyInstanceUids);
    } catch (error) {
      // The studies are stored; they become complete after their quiet time instead.
      this.#log("released-not-recorded", { error });
    }
  }

  #abortWhenQuiet(): void {
    const established = this.#established;
    if (!established || established.assembler.isInMessage || established.dispatcher.isRunning) return;
    this.#abort({ source: 0, reason: 0 }, { reason: "shut-down" });
  }

  /** PS3.8 §9.2.2, AA-1 and AA-8: say it, then wait for the peer to close, ARTIM at most. */
  #abort({ source, reason }: { source: number; reason: number }, why: Record<string, unknown>): void {
    if (this.#isClosing()) return;
    this.#log("association-aborted", { by: "hub", ...why, ...this.#counts() });
    this.#close();
    if (this.#socket.writable) this.#socket.write(encodePdu({ kind: "abort", source, reason }));
    this.#endServices();
  }

  /** From here on whatever comes is read and dropped, so that our last PDU is not lost to a reset. */
  #close(): void {
    clearTimeout(this.#artim);
    this.#phase = "closing";
    this.#established?.idleClock.stop();
    this.#lingering = setTimeout(() => this.#socket.destroy(), Math.min(this.#settings.timeouts.artimMs, LINGER_MS));
  }

  #isClosing(): boolean {
    return this.#phase === "closing";
  }

  #counts(): Record<string, unknown> {
    const established = this.#established;
    return established
      ? { callingAeTitle: established.source.sender, studies: established.storedStudyInstanceUids.size }
      : {};
  }

  #log(event: string, ids: Record<string, unknown> = {}): void {
    this.#settings.log({ event, associationId: this.#associationId, ...ids });
  }
}
