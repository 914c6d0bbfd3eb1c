import { useMutation } from "@tanstack/react-query";
import { App, Button, Popconfirm } from "antd";
import type { Answer } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { problemText } from "../api/problem-text.ts";
import { useText } from "../i18n/use-text.ts";
import { failureText } from "./failure-text.ts";
import { useDistrictChange } from "./use-district-change.ts";

interface DestinationActionsProps {
  readonly of: Answer<"listDestinations">["destinations"][number];
  readonly onEdit: () => void;
  readonly onHold: () => void;
}

/** What can be done about a destination, and beside it what came of it. */
export function DestinationActions({ of, onEdit, onHold }: DestinationActionsProps) {
  const { text } = useText();
  const { message } = App.useApp();
  const params = { title: of.title };
  const echo = useMutation({ mutationFn: () => callApi("echoApplicationEntity", { params }) });
  const resume = useDistrictChange(() => callApi("resumeDestination", { params }));
  const retry = useDistrictChange(async () => {
    const { retried } = await callApi("retryTransfers", { params });
    void message.success(text("destination.retried", { count: retried }));
  });
  const problem = echo.error ?? resume.error ?? retry.error;
  return (
    <div className="admin-list">
      <div className="admin-actions">
        <Button type="link" size="small" loading={echo.isPending} onClick={() => echo.mutate()}>
          {text("destination.echo")}
        </Button>
        {of.state === "running" ? (
          <Button type="link" size="small" onClick={onHold}>
            {text("destination.hold")}
          </Button>
        ) : (
          <Button type="link" size="small" loading={resume.isPending} onClick={() => resume.mutate(undefined)}>
            {text(of.state === "held" ? "destination.resume" : "destination.try-now")}
          </Button>
        )}
        <Button type="link" size="small" onClick={onEdit}>
          {text("destination.edit")}
        </Button>
      </div>
      {of.state === "backing-off" || of.failed > 0 ? (
        <div className="admin-actions">
          {of.state === "backing-off" ? (
            <Button type="link" size="small" onClick={onHold}>
              {text("destination.hold")}
            </Button>
          ) : null}
          {of.failed > 0 ? (
            <Popconfirm
              title={text("destination.retry-all.title", { title: of.title, count: of.failed })}
              okText={text("destination.retry-all")}
              cancelText={text("common.cancel")}
              styles={{ root: { maxWidth: 320 } }}
              onConfirm={() => retry.mutateAsync(undefined).catch(() => {})}
            >
              <Button type="link" size="small">
                {text("destination.retry-all")}
              </Button>
            </Popconfirm>
          ) : null}
        </div>
      ) : null}
      {echo.data === undefined ? null : (
        <span
          role="status"
          title={echo.data.reason ?? undefined}
          className={echo.data.ok ? "admin-ok" : "admin-refused"}
        >
          {echo.data.ok
            ? text("destination.echo.ok", { ms: echo.data.milliseconds ?? 0 })
            : failureText(echo.data.reason ?? "", text)}
        </span>
      )}
      {problem === null ? null : (
        <span role="alert" className="admin-refused">
          {problemText(problem, text)}
        </span>
      )}
    </div>
  );
}
