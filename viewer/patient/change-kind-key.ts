import type { Answer } from "../../core/api/payloads.ts";

type Change = Answer<"listPatientChanges">["changes"][number];

/** The text of what was done: correcting a patient is more than correcting one study. */
export function changeKindKey({ kind, ofPatient }: Pick<Change, "kind" | "ofPatient">) {
  return kind === "correct" && !ofPatient ? "identity.kind.correct-study" : (`identity.kind.${kind}` as const);
}
