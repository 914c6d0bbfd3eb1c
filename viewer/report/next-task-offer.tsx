import { useMutation, useQueries, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Link, useNavigate } from "react-router";
import { callApi } from "../api/call-api.ts";
import { problemText } from "../api/problem-text.ts";
import { useText } from "../i18n/use-text.ts";
import { nextTask } from "../reading/next-task.ts";
import { taskListQuery } from "../reading/task-lists.ts";

export type Finished = "submitted" | "countersigned" | "returned";

interface NextTaskOfferProps {
  readonly taskId: string;
  readonly finished: Finished;
}

const LIST = "/reading";

/** One is done: the next is one key away. */
export function NextTaskOffer({ taskId, finished }: NextTaskOfferProps) {
  const { text } = useText();
  const navigate = useNavigate();
  const client = useQueryClient();
  const button = useRef<HTMLButtonElement>(null);
  const [countersign, mine, open] = useQueries({
    queries: (["countersign", "mine", "open"] as const).map((view) => taskListQuery({ view, limit: 20 })),
  });
  const read = [countersign, mine, open].every((query) => query !== undefined && !query.isPending);
  const next = nextTask(
    taskId,
    {
      countersign: countersign?.data?.tasks ?? [],
      mine: mine?.data?.tasks ?? [],
      open: open?.data?.tasks ?? [],
    },
    finished,
  );
  const go = useMutation({
    mutationFn: async () => {
      if (next?.view === "open") await callApi("claimTask", { params: { taskId: next.listed.task.id } });
      return next?.listed.study.studyInstanceUid;
    },
    onSuccess: (studyInstanceUid) => studyInstanceUid !== undefined && navigate(`/reading/${studyInstanceUid}`),
    onSettled: () => void client.invalidateQueries({ queryKey: ["tasks"] }),
  });
  const offered = next !== null;
  useEffect(() => {
    if (offered) button.current?.focus();
  }, [offered]);

  if (!read) return null;
  return (
    <aside className="report-next">
      {next === null ? (
        <p>{text("report.next.none")}</p>
      ) : (
        <button ref={button} type="button" className="report-button primary" onClick={() => go.mutate()}>
          <b>{text("report.next")}</b>
          <span>
            {next.listed.study.patient.name} · {next.listed.study.description}
          </span>
        </button>
      )}
      <Link className="report-button" to={LIST}>
        {text("report.next.back")}
      </Link>
      {go.error !== null && (
        <p className="report-warning" role="alert">
          {problemText(go.error, text)}
        </p>
      )}
    </aside>
  );
}
