import { Button, Pagination } from "antd";
import { useState } from "react";
import type { Answer } from "../../../core/api/payloads.ts";
import { problemText } from "../../api/problem-text.ts";
import { EmptyState } from "../../desk/empty-state.tsx";
import { PageTitle } from "../../desk/page-title.tsx";
import { SkeletonList } from "../../desk/skeleton-list.tsx";
import { useDeskQuery } from "../../desk/use-desk-query.ts";
import { usePageKeys } from "../../desk/use-page-keys.ts";
import { useText } from "../../i18n/use-text.ts";
import styles from "../technician.module.css";
import { orderDays } from "./order-dates.ts";
import { OrderFilters } from "./order-filters.tsx";
import { OrderForm } from "./order-form.tsx";
import { OrderTable } from "./order-table.tsx";
import { useOrderFilters } from "./use-order-filters.ts";

type Order = Answer<"listOrders">["orders"][number];

const PAGE = 50;

/** What the centre's scanners are asked to do: their worklist is made of it, and what comes of it is seen here. Live. */
export function OrdersPage() {
  const { text } = useText();
  const { state, change } = useOrderFilters();
  const [edited, setEdited] = useState<Order | "new" | null>(null);
  const list = useDeskQuery("orders", "listOrders", {
    query: {
      ...orderDays(state.dates, new Date(), state),
      ...(state.q === "" ? {} : { q: state.q }),
      ...(state.stage === undefined ? {} : { stage: state.stage }),
      limit: PAGE,
      offset: (state.page - 1) * PAGE,
    },
  });
  const add = () => setEdited("new");
  usePageKeys([{ key: "n", label: "order.key-add", run: add }]);
  const orders = list.data?.orders ?? [];
  const counts = list.data?.counts ?? {};
  const total = counts[state.stage ?? "all"] ?? 0;
  const isFiltered = state.q !== "" || state.stage !== undefined;
  return (
    <div className={styles.board}>
      <div className={styles.head}>
        <PageTitle
          title={text("order.title")}
          note={list.data === undefined ? undefined : text("order.count", { count: total })}
        />
        <Button type="primary" onClick={add}>
          {text("order.add")}
        </Button>
      </div>
      <OrderFilters state={state} change={change} counts={counts} />
      <div className={styles.list}>
        {list.data === undefined && list.error === null ? <SkeletonList rows={12} /> : null}
        {list.data === undefined && list.error !== null ? (
          <EmptyState title={text("order.failed")} hint={problemText(list.error, text)}>
            <Button onClick={() => void list.refetch()}>{text("common.retry")}</Button>
          </EmptyState>
        ) : null}
        {list.data !== undefined && orders.length === 0 ? (
          isFiltered ? (
            <EmptyState title={text("order.none-found")} hint={text("order.none-found.hint")}>
              <Button onClick={() => change({ q: undefined, stage: undefined })}>{text("board.clear")}</Button>
            </EmptyState>
          ) : (
            <EmptyState title={text("order.empty")} hint={text("order.empty.hint")}>
              <Button onClick={add}>{text("order.add")}</Button>
            </EmptyState>
          )
        ) : null}
        {orders.length > 0 ? <OrderTable orders={orders} dimmed={list.isPlaceholderData} onChange={setEdited} /> : null}
      </div>
      {total > PAGE ? (
        <Pagination
          className={styles.pages ?? ""}
          size="small"
          current={state.page}
          pageSize={PAGE}
          total={total}
          showSizeChanger={false}
          onChange={(page) => change({ page: page === 1 ? undefined : String(page) })}
        />
      ) : null}
      {edited === null ? null : (
        <OrderForm
          order={edited === "new" ? null : edited}
          procedures={[...new Set(orders.map(({ description }) => description))]}
          onClose={() => setEdited(null)}
        />
      )}
    </div>
  );
}
