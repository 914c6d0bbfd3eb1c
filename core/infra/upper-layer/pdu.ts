/** PDU types (PS3.8 §9.3). P-DATA-TF (04H) has no value here: its fragments are streamed by the reader. */
export const PDU_TYPE = {
  "associate-rq": 1,
  "associate-ac": 2,
  "associate-rj": 3,
  "p-data": 4,
  "release-rq": 5,
  "release-rp": 6,
  abort: 7,
} as const;

export type PduKind = keyof typeof PDU_TYPE;

export const APPLICATION_CONTEXT_UID = "1.2.840.10008.3.1.1.1";

export interface ProposedContext {
  /** Odd, 1 to 255. */
  readonly id: number;
  readonly abstractSyntaxUid: string;
  readonly transferSyntaxUids: readonly string[];
}

/** Result of a presentation context (PS3.8 table 9-18). */
export const CONTEXT_RESULT = {
  acceptance: 0,
  "user-rejection": 1,
  "no-reason": 2,
  "abstract-syntax-not-supported": 3,
  "transfer-syntaxes-not-supported": 4,
} as const;

export interface ContextAnswer {
  readonly id: number;
  readonly result: number;
  /** Of no meaning unless accepted; the item must be there all the same (PS3.8 §9.3.3.2). */
  readonly transferSyntaxUid: string;
}

/** SCP/SCU role selection (PS3.7 §D.3.3.4). */
export interface RoleSelection {
  readonly sopClassUid: string;
  readonly scu: boolean;
  readonly scp: boolean;
}

export interface UserInformation {
  /** Largest variable field of a P-DATA-TF the sender of this item takes; 0 = no limit. */
  readonly maxPduLength: number;
  readonly implementationClassUid: string;
  readonly implementationVersionName: string;
  readonly roles: readonly RoleSelection[];
}

interface Associate {
  /** Bit 0 = version 1. */
  readonly protocolVersion: number;
  readonly applicationContextUid: string;
  readonly calledAeTitle: string;
  readonly callingAeTitle: string;
  readonly user: UserInformation;
}

export interface AssociateRequest extends Associate {
  readonly kind: "associate-rq";
  readonly contexts: readonly ProposedContext[];
}

export interface AssociateAccept extends Associate {
  readonly kind: "associate-ac";
  readonly contexts: readonly ContextAnswer[];
}

export interface AssociateReject {
  readonly kind: "associate-rj";
  readonly result: number;
  readonly source: number;
  readonly reason: number;
}

interface Abort {
  readonly kind: "abort";
  /** 0 service user, 2 service provider. */
  readonly source: number;
  readonly reason: number;
}

export type Pdu =
  | AssociateRequest
  | AssociateAccept
  | AssociateReject
  | { readonly kind: "release-rq" }
  | { readonly kind: "release-rp" }
  | Abort;

/** A presentation context both sides agreed on. */
export interface AcceptedContext {
  readonly id: number;
  readonly abstractSyntaxUid: string;
  readonly transferSyntaxUid: string;
}
