import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Popconfirm, Segmented, Select, Table } from "antd";
import { Link } from "react-router";
import type { Answer } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { problemText } from "../api/problem-text.ts";
import { EmptyState } from "../desk/empty-state.tsx";
import { useAddressParams } from "../desk/use-address-params.ts";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";
import { minuteText } from "../reading/instant-text.ts";
import { siteName } from "../reading/site-name.ts";
import { TabState } from "./tab-state.tsx";
import { TransferState } from "./transfer-state.tsx";
import { useDistrictChange } from "./use-district-change.ts";

type Transfer = Answer<"listTransfers">["transfers"][number];

const PAGE = 50;
const REFRESH_MS = 5000;
const STATES = ["all", "waiting", "given-up", "done"] as const;
type State = (typeof STATES)[number];

/** What was sent on and what was fetched, newest first; it is read again while the page is open. */
export function TransferList() {
  const { text, language } = useText();
  const [params, change] = useAddressParams();
  const state = STATES.find((each) => each === params.get("state")) ?? "all";
  const peer = params.get("peer") ?? "";
  const destinations = useDeskQuery("district", "listDestinations", {});
  const titles = new Set([...(destinations.data?.destinations ?? []).map(({ title }) => title), peer]);
  titles.delete("");
  const transfers = useInfiniteQuery({
    queryKey: ["district", "transfers", state, peer],
    queryFn: ({ pageParam, signal }) =>
      callApi(
        "listTransfers",
        {
          query: {
            limit: PAGE,
            ...(state === "all" ? {} : { state }),
            ...(peer === "" ? {} : { peer }),
            ...(pageParam === "" ? {} : { before: pageParam }),
          },
        },
        { signal },
      ),
    initialPageParam: "",
    getNextPageParam: ({ transfers: page }) => (page.length < PAGE ? undefined : page.at(-1)?.number),
    refetchInterval: REFRESH_MS,
  });
  const retry = useDistrictChange((transferId: string) => callApi("retryTransfer", { params: { transferId } }));
  const abandon = useDistrictChange((transferId: string) => callApi("abandonTransfer", { params: { transferId } }));
  const problem = retry.error ?? abandon.error;
  const isFiltered = state !== "all" || peer !== "";
  return (
    <>
      <div className="admin-bar">
        <Segmented<State>
          aria-label={text("transfer.state")}
          value={state}
          options={STATES.map((value) => ({ value, label: text(`transfer.state.${value}`) }))}
          onChange={(next) => change((edit) => (next === "all" ? edit.delete("state") : edit.set("state", next)))}
        />
        <Select
          aria-label={text("transfer.peer")}
          style={{ width: 240 }}
          value={peer}
          options={[
            { value: "", label: text("transfer.peer.all") },
            ...[...titles].sort().map((title) => ({ value: title, label: title })),
          ]}
          onChange={(next) => change((edit) => (next === "" ? edit.delete("peer") : edit.set("peer", next)))}
        />
        {problem !== null && (
          <span role="alert" className="admin-refused">
            {problemText(problem, text)}
          </span>
        )}
      </div>
      <TabState query={transfers}>
        {({ pages }) => (
          <>
            <Table<Transfer>
              className="admin-table"
              rowKey="id"
              pagination={false}
              dataSource={pages.flatMap((page) => page.transfers)}
              locale={{
                emptyText: isFiltered ? (
                  <EmptyState title={text("transfer.none-found")} hint={text("transfer.none-found.hint")} />
                ) : (
                  <EmptyState title={text("transfer.empty")} hint={text("transfer.empty.hint")} />
                ),
              }}
              columns={[
                { title: text("transfer.created"), width: 152, render: (_, { createdAt }) => minuteText(createdAt) },
                { title: text("transfer.kind"), width: 128, render: (_, { kind }) => text(`transfer.kind.${kind}`) },
                { title: text("transfer.peer"), dataIndex: "peer", width: 160 },
                {
                  title: text("transfer.study"),
                  render: (_, { site, studyInstanceUid }) => (
                    <div className="admin-list">
                      <span>{siteName(site, language)}</span>
                      <Link className="admin-uid" to={`/reading/${studyInstanceUid}`}>
                        {studyInstanceUid}
                      </Link>
                    </div>
                  ),
                },
                {
                  title: text("transfer.progress"),
                  width: 136,
                  align: "right",
                  render: (_, each) => <Progress of={each} />,
                },
                { title: text("transfer.state"), width: 304, render: (_, each) => <TransferState of={each} /> },
                {
                  title: text("admin.actions"),
                  width: 152,
                  render: (_, { id, state: now, failure }) => (
                    <div className="admin-actions">
                      {now === "given-up" || (now === "waiting" && failure !== null) ? (
                        <Button
                          type="link"
                          size="small"
                          loading={retry.isPending && retry.variables === id}
                          onClick={() => retry.mutate(id)}
                        >
                          {text("transfer.retry")}
                        </Button>
                      ) : null}
                      {now === "waiting" ? (
                        <Popconfirm
                          placement="topRight"
                          title={text("transfer.abandon.title")}
                          okText={text("transfer.abandon")}
                          okButtonProps={{ danger: true }}
                          cancelText={text("common.cancel")}
                          styles={{ root: { maxWidth: 320 } }}
                          onConfirm={() => abandon.mutateAsync(id).catch(() => {})}
                        >
                          <Button type="link" size="small" danger>
                            {text("transfer.abandon")}
                          </Button>
                        </Popconfirm>
                      ) : null}
                    </div>
                  ),
                },
              ]}
            />
            {transfers.hasNextPage && (
              <Button
                block
                type="text"
                loading={transfers.isFetchingNextPage}
                onClick={() => void transfers.fetchNextPage()}
              >
                {text("transfer.older")}
              </Button>
            )}
          </>
        )}
      </TabState>
    </>
  );
}

function Progress({ of: { kind, instances, ofInstances, refused } }: { readonly of: Transfer }) {
  const { text } = useText();
  return (
    <div className="admin-list">
      <span>
        {ofInstances === null ? instances : text("transfer.progress.of", { done: instances, all: ofInstances })}
      </span>
      {refused > 0 ? <span className="admin-dim">{text(`transfer.refused.${kind}`, { count: refused })}</span> : null}
    </div>
  );
}
