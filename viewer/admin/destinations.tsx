import { useQuery } from "@tanstack/react-query";
import { Table } from "antd";
import { useState } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { EmptyState } from "../desk/empty-state.tsx";
import { RelativeTime } from "../desk/relative-time.tsx";
import { useAddressParams } from "../desk/use-address-params.ts";
import { useText } from "../i18n/use-text.ts";
import { siteName } from "../reading/site-name.ts";
import { DestinationActions } from "./destination-actions.tsx";
import { DestinationForm } from "./destination-form.tsx";
import { DestinationState } from "./destination-state.tsx";
import { failureText } from "./failure-text.ts";
import { HoldForm } from "./hold-form.tsx";
import { TabState } from "./tab-state.tsx";

type Destination = Answer<"listDestinations">["destinations"][number];

const REFRESH_MS = 5000;

/** Every peer that the hub calls, and how it stands with it now. */
export function Destinations() {
  const { text, language } = useText();
  const [, change] = useAddressParams();
  const [edited, setEdited] = useState<Destination | null>(null);
  const [held, setHeld] = useState<Destination | null>(null);
  const destinations = useQuery({
    queryKey: ["district", "destinations"],
    queryFn: ({ signal }) => callApi("listDestinations", {}, { signal }),
    refetchInterval: REFRESH_MS,
  });
  const show = (peer: string, state: "waiting" | "given-up" | "done") =>
    change((next) => {
      next.set("view", "list");
      next.set("peer", peer);
      next.set("state", state);
    });
  return (
    <TabState query={destinations}>
      {(data) => (
        <>
          <div className="admin-bar">
            <span>{text("destination.count", { count: data.destinations.length })}</span>
            <span>{text("destination.note")}</span>
          </div>
          <Table<Destination>
            className="admin-table admin-destinations"
            rowKey="title"
            pagination={false}
            dataSource={data.destinations}
            locale={{
              emptyText: <EmptyState title={text("destination.empty")} hint={text("destination.empty.hint")} />,
            }}
            columns={[
              {
                title: text("destination.title"),
                width: 220,
                render: (_, { title, site, host, port }) => (
                  <div className="admin-list">
                    <b>{title}</b>
                    <span className="admin-dim">{siteName(site, language)}</span>
                    <span className="admin-dim admin-uid">
                      {host}:{port}
                    </span>
                  </div>
                ),
              },
              { title: text("destination.state"), width: 240, render: (_, each) => <DestinationState of={each} /> },
              ...(
                [
                  ["queued", "waiting"],
                  ["failed", "given-up"],
                  ["doneLastDay", "done"],
                ] as const
              ).map(([name, state]) => ({
                title: text(name === "doneLastDay" ? "destination.done" : `destination.${name}`),
                width: name === "doneLastDay" ? 112 : 72,
                align: "right" as const,
                render: (_: unknown, each: Destination) => (
                  <Count
                    count={each[name]}
                    isBad={name === "failed" && each.failed > 0}
                    onShow={() => show(each.title, state)}
                  />
                ),
              })),
              { title: text("destination.limit"), dataIndex: "maxOutgoing", width: 88, align: "right" },
              {
                title: text("destination.failure"),
                render: (_, { lastFailure }) =>
                  lastFailure === null ? (
                    <span className="admin-dim">{text("destination.no-failure")}</span>
                  ) : (
                    <div className="admin-list">
                      <span title={lastFailure.failure}>{failureText(lastFailure.failure, text)}</span>
                      <span className="admin-dim">
                        <RelativeTime at={lastFailure.at} />
                      </span>
                    </div>
                  ),
              },
              {
                title: text("admin.actions"),
                width: 232,
                render: (_, each) => (
                  <DestinationActions of={each} onEdit={() => setEdited(each)} onHold={() => setHeld(each)} />
                ),
              },
            ]}
          />
          {edited !== null && <DestinationForm of={edited} onClose={() => setEdited(null)} />}
          {held !== null && <HoldForm of={held} onClose={() => setHeld(null)} />}
        </>
      )}
    </TabState>
  );
}

interface CountProps {
  readonly count: number;
  readonly isBad: boolean;
  readonly onShow: () => void;
}

/** A click shows which they are. */
function Count({ count, isBad, onShow }: CountProps) {
  if (count === 0) return <span className="admin-dim">0</span>;
  return (
    <button type="button" className={`admin-count ${isBad ? "admin-refused" : ""}`} onClick={onShow}>
      {count}
    </button>
  );
}
