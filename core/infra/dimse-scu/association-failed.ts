/** Why a peer could not be spoken to, or not to the end. For the log and for who waits for it; nothing of a patient's. */
export type AssociationFailure = "unreachable" | "rejected" | "aborted" | "lost" | "silent" | "protocol";

export class AssociationFailed extends Error {
  readonly failure: AssociationFailure;

  constructor(failure: AssociationFailure, detail: string) {
    super(detail === "" ? failure : `${failure}: ${detail}`);
    this.name = "AssociationFailed";
    this.failure = failure;
  }
}
