/** Somebody asks that a workitem be canceled (PS3.4 table CC.2.2-1); what was not said is empty. */
export interface CancelRequest {
  readonly reason: string;
  /** Procedure Step Discontinuation Reason Code Sequence (0074,100E). */
  readonly codes: readonly ReasonCode[];
  /** With whom the request can be talked over: a name, and a URI as `tel:` or `mailto:`. */
  readonly contactName: string;
  readonly contactUri: string;
  readonly requestingAeTitle: string;
}

export interface ReasonCode {
  readonly value: string;
  readonly scheme: string;
  readonly meaning: string;
}
