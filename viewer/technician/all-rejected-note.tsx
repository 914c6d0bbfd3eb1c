import { Alert } from "antd";
import type { Answer } from "../../core/api/payloads.ts";
import { useText } from "../i18n/use-text.ts";

const OPEN_TASK: ReadonlySet<string> = new Set(["ordered", "ready", "claimed", "preliminary"]);

/** That nothing of a study is left to be seen, and what that means for its reading. */
export function AllRejectedNote({ detail: { study, rejections } }: { readonly detail: Answer<"getStudy"> }) {
  const { text } = useText();
  const isStanding = rejections.some((each) => each.undoneAt === null && each.instanceCount > 0);
  if (study.instanceCount > 0 || !isStanding) return null;
  const hasOpenTask = study.task !== null && OPEN_TASK.has(study.task.state);
  return (
    <Alert
      type="warning"
      showIcon
      title={text("reject.all-title")}
      {...(hasOpenTask ? { description: text("reject.all-task") } : {})}
    />
  );
}
