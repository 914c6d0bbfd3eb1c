import { useQuery } from "@tanstack/react-query";
import { TASK_STATES } from "../../core/reading/task-moves.ts";
import { callApi } from "../api/call-api.ts";
import { useText } from "../i18n/use-text.ts";
import { bytesText } from "./bytes-text.ts";
import { TabState } from "./tab-state.tsx";

const REFRESH_MS = 5000;

/** Is all well: what is stored, where the work stands, what waits or has failed behind the scenes. */
export function StatusTab() {
  const { text, language } = useText();
  const status = useQuery({
    queryKey: ["district", "status"],
    queryFn: ({ signal }) => callApi("getSystemStatus", {}, { signal }),
    refetchInterval: REFRESH_MS,
  });
  const count = (value: number) => value.toLocaleString(language === "zh" ? "zh-CN" : "en");
  return (
    <TabState query={status}>
      {(now) => (
        <div className="admin-status">
          <section>
            <h2>{text("admin.status.archive")}</h2>
            <dl>
              <Figure label={text("admin.status.studies")} value={count(now.studies)} />
              <Figure label={text("admin.status.instances")} value={count(now.instances)} />
              <Figure label={text("admin.status.bytes")} value={bytesText(now.bytes)} />
            </dl>
          </section>
          <section>
            <h2>{text("admin.status.tasks")}</h2>
            <dl>
              {TASK_STATES.filter((state) => (now.tasks[state] ?? 0) > 0).map((state) => (
                <Figure key={state} label={text(`task-state.${state}`)} value={count(now.tasks[state] ?? 0)} />
              ))}
              <Figure
                label={text("admin.status.total")}
                value={count(Object.values(now.tasks).reduce((sum, n) => sum + n, 0))}
              />
            </dl>
          </section>
          <section>
            <h2>{text("admin.status.queue")}</h2>
            <dl>
              <Figure
                label={text("admin.status.outbox-waiting")}
                value={count(now.outboxWaiting)}
                hint={text("admin.status.outbox-waiting.hint")}
              />
              <Figure
                label={text("admin.status.outbox-failed")}
                value={count(now.outboxFailed)}
                bad={now.outboxFailed > 0}
                hint={text(now.outboxFailed > 0 ? "admin.status.outbox-failed.bad" : "admin.status.outbox-failed.ok")}
              />
              <Figure
                label={text("admin.status.unsealed")}
                value={count(now.auditUnsealed)}
                hint={text("admin.status.unsealed.hint")}
              />
            </dl>
          </section>
        </div>
      )}
    </TabState>
  );
}

interface FigureProps {
  readonly label: string;
  readonly value: string;
  readonly hint?: string;
  readonly bad?: boolean;
}

function Figure({ label, value, hint, bad = false }: FigureProps) {
  return (
    <div>
      <dt>{label}</dt>
      <dd className={bad ? "bad" : ""}>{value}</dd>
      {hint !== undefined && <small>{hint}</small>}
    </div>
  );
}
