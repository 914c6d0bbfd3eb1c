import type { DimseAssociation, DimseResponse } from "./dimse-service.ts";

export type SubOperationOutcome = "completed" | "warning" | "failed";

const SUCCESS = 0x0000;
const PENDING = 0xff00;
const CANCELLED = 0xfe00;
const SOME_FAILED = 0xb000;
const ALL_FAILED = 0xa702;

/** More would not fit the 16-bit length of UI in Explicit VR: 65534 / 65 = 1008. */
const MAX_FAILED_LISTED = 1000;

/** The counts of a C-GET or C-MOVE (PS3.4 §C.4.2.1.6 to 9), and the responses that follow from them. */
export class SubOperations {
  readonly #counts: Record<SubOperationOutcome, number> = { completed: 0, warning: 0, failed: 0 };
  readonly #failed: string[] = [];
  #remaining: number;

  constructor(total: number) {
    this.#remaining = total;
  }

  get remaining(): number {
    return this.#remaining;
  }

  /** For (0008,0058); the first thousand. */
  get failedSopInstanceUids(): readonly string[] {
    return this.#failed;
  }

  note(sopInstanceUid: string, outcome: SubOperationOutcome): void {
    this.#remaining--;
    this.#counts[outcome]++;
    if (outcome === "failed" && this.#failed.length < MAX_FAILED_LISTED) this.#failed.push(sopInstanceUid);
  }

  pending(): DimseResponse {
    return { status: PENDING, remainingSuboperations: this.#remaining, ...this.#done() };
  }

  /** How it ended. What was listed and is not there any more counts as failed. */
  final(wasCancelled: boolean): DimseResponse {
    if (wasCancelled && this.#remaining > 0)
      return { status: CANCELLED, remainingSuboperations: this.#remaining, ...this.#done() };
    this.#counts.failed += this.#remaining;
    this.#remaining = 0;
    const { completed, warning, failed } = this.#counts;
    if (failed > 0 && completed + warning === 0)
      return { status: ALL_FAILED, errorComment: "No instance could be sent", ...this.#done() };
    return { status: failed + warning > 0 ? SOME_FAILED : SUCCESS, ...this.#done() };
  }

  #done() {
    const { completed, warning, failed } = this.#counts;
    return { completedSuboperations: completed, failedSuboperations: failed, warningSuboperations: warning };
  }
}

/** Why one of them failed: the response names the instance only. */
export function noteFailed(
  association: Pick<DimseAssociation, "log">,
  sopInstanceUid: string,
  reason: Readonly<Record<string, unknown>>,
): void {
  association.log({ event: "sub-operation-failed", sopInstanceUid, ...reason });
}
