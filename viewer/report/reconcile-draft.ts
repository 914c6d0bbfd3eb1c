import { type LocalDraft, markOf, type ReportText, sameText } from "./local-drafts.ts";

/** The text of the hub, and its revision (0: the hub has no draft, the text is what the report starts from). */
export interface HubText extends ReportText {
  readonly revision: number;
}

export type DraftStart =
  /** The hub has all there is. */
  | { readonly kind: "hub"; readonly text: ReportText; readonly revision: number }
  /** This machine has typed on since: shown, and sent at once. */
  | { readonly kind: "restored"; readonly text: ReportText; readonly revision: number; readonly editedAt: number }
  /** Both moved on: the person chooses. */
  | { readonly kind: "conflict"; readonly local: LocalDraft; readonly hub: HubText };

/** With which text a report opens, given what this machine kept and what the hub has. */
export function reconcileDraft(local: LocalDraft | null, hub: HubText): DraftStart {
  if (local === null || sameText(local, hub)) return { kind: "hub", text: textOf(hub), revision: hub.revision };
  const grewFromHub = local.basedOn === hub.revision;
  // A save whose answer was lost (closed tab, cut line) is the hub's newest revision, and ours.
  const hubHasOurs = local.sent.includes(markOf(hub));
  if (grewFromHub || hubHasOurs)
    return { kind: "restored", text: textOf(local), revision: hub.revision, editedAt: local.editedAt };
  return { kind: "conflict", local, hub };
}

function textOf({ findings, impression }: ReportText): ReportText {
  return { findings, impression };
}
