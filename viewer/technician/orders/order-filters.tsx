import { Segmented, Select } from "antd";
import { useCallback } from "react";
import { ORDER_STAGES } from "../../../core/order/order-stages.ts";
import { DateField } from "../../desk/date-field.tsx";
import { SearchField } from "../../desk/search-field.tsx";
import { useText } from "../../i18n/use-text.ts";
import styles from "../technician.module.css";
import { ORDER_DATES, type OrderDates } from "./order-dates.ts";
import type { ChangeOrderFilters, OrderFilterState } from "./use-order-filters.ts";

interface OrderFiltersProps {
  readonly state: OrderFilterState;
  readonly change: ChangeOrderFilters;
  readonly counts: Readonly<Record<string, number>>;
}

export function OrderFilters({ state, change, counts }: OrderFiltersProps) {
  const { text } = useText();
  const search = useCallback((q: string) => change({ q }), [change]);
  const stages = ["all", ...ORDER_STAGES] as const;
  return (
    <div className={styles.filters}>
      <Segmented
        aria-label={text("order.stage")}
        value={state.stage ?? "all"}
        options={stages.map((stage) => ({
          value: stage,
          label: (
            <span>
              {text(`order.stage.${stage}`)} <span className={styles["stage-count"]}>{counts[stage] ?? 0}</span>
            </span>
          ),
        }))}
        onChange={(stage) => change({ stage: stage === "all" ? undefined : stage })}
      />
      <SearchField value={state.q} onSearch={search} placeholder={text("order.search")} />
      <Select<OrderDates>
        aria-label={text("order.dates")}
        value={state.dates}
        style={{ width: 140 }}
        options={ORDER_DATES.map((range) => ({ value: range, label: text(`order.dates.${range}`) }))}
        onChange={(dates) => change({ dates: dates === "today" ? undefined : dates, from: undefined, to: undefined })}
      />
      {state.dates === "custom" ? (
        <span className={styles.range}>
          <DateField
            label={text("board.from")}
            value={state.from}
            max={state.to}
            onChange={(from) => change({ from })}
          />
          –
          <DateField label={text("board.to")} value={state.to} min={state.from} onChange={(to) => change({ to })} />
        </span>
      ) : null}
    </div>
  );
}
