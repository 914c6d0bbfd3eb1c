import type { Answer } from "../../core/api/payloads.ts";
import type { HubText } from "./reconcile-draft.ts";

/**
 * From what the hub has a doctor writes on: the own draft, or the text it is about when that is newer. That is the own
 * submitted text (recalled, sent back), and for the countersigner the text that waits for the second signature.
 */
export function hubText(
  detail: { readonly task: Pick<Answer<"getTask">["task"], "state"> } & Pick<Answer<"getTask">, "draft" | "versions">,
  accountId: string,
): HubText {
  const { draft, versions, task } = detail;
  const written = task.state === "preliminary" ? versions[0] : versions.find(({ author }) => author.id === accountId);
  if (draft !== null && (written === undefined || Date.parse(draft.savedAt) >= Date.parse(written.writtenAt)))
    return { findings: draft.findings, impression: draft.impression, revision: draft.revision };
  return {
    findings: written?.findings ?? "",
    impression: written?.impression ?? "",
    revision: draft?.revision ?? 0,
  };
}
