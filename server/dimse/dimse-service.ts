import type { CommandSet } from "../../core/infra/upper-layer/command-codec.ts";
import type { DataSet } from "../../core/infra/upper-layer/data-set-stream.ts";
import type { AcceptedContext } from "../../core/infra/upper-layer/pdu.ts";
import type { InstanceSource } from "../../core/ports.ts";

/** A request as the peer sent it; the data set is still arriving. */
export interface DimseRequest {
  readonly command: CommandSet & { readonly commandField: number; readonly messageId: number };
  readonly context: AcceptedContext;
  /** Empty when the command says that none follows. */
  readonly dataSet: DataSet;
  /** Aborted by C-CANCEL, and when the association ends. */
  readonly signal: AbortSignal;
}

export type DimseResponse = CommandSet & { readonly status: number };

export type OwnRequest = CommandSet & { readonly commandField: number };

/** What a service may do with the association it was asked on. */
export interface DimseAssociation {
  readonly associationId: number;
  readonly source: InstanceSource;
  /** Studies of which instances were stored here: made known when the peer releases. */
  readonly storedStudyInstanceUids: Set<string>;
  /**
   * Sends a response; the SOP class and message id of the request are filled in. Rejects with AssociationEnded when the
   * peer is gone or does not read.
   */
  respond(request: DimseRequest, response: DimseResponse, dataSet?: Uint8Array): Promise<void>;
  /** Contexts on which the peer takes C-STORE requests of ours (it has chosen the SCP role for them). */
  readonly storeContexts: readonly AcceptedContext[];
  /**
   * Sends a request of ours, its message id filled in, and waits for the response. One at a time, and only while a
   * request of the peer's is being served. A data set that breaks off or a response that does not come aborts the
   * association; rejects with AssociationEnded when it is gone.
   */
  request(context: AcceptedContext, command: OwnRequest, dataSet?: AsyncIterable<Uint8Array>): Promise<CommandSet>;
  log(event: { readonly event: string; readonly [id: string]: unknown }): void;
}

/** One DIMSE operation of some SOP classes. The command field and the context's abstract syntax decide which one serves a request. */
export interface DimseService {
  readonly commandField: number;
  /** The SOP classes this operation is negotiated for. */
  supports(abstractSyntaxUid: string): boolean;
  /** Throws what `dimseStatusOf` knows; the failure response is then sent by the dispatcher. */
  serve(request: DimseRequest, association: DimseAssociation): Promise<void>;
}
