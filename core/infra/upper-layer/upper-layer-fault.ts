/** Reasons of an A-ABORT by the service provider (PS3.8 §9.3.8). */
export const ABORT_REASON = {
  notSpecified: 0,
  unrecognizedPdu: 1,
  unexpectedPdu: 2,
  unrecognizedParameter: 4,
  unexpectedParameter: 5,
  invalidParameterValue: 6,
} as const;

type AbortReason = keyof typeof ABORT_REASON;

/** The peer broke the protocol: the association is aborted with this reason. `what` is for the log and quotes no bytes. */
export class UpperLayerFault extends Error {
  readonly reason: AbortReason;

  constructor(reason: AbortReason, what: string) {
    super(what);
    this.name = "UpperLayerFault";
    this.reason = reason;
  }
}
