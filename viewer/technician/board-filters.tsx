import { Segmented, Select } from "antd";
import { useCallback } from "react";
import { DateField } from "../desk/date-field.tsx";
import { SearchField } from "../desk/search-field.tsx";
import { useText } from "../i18n/use-text.ts";
import { DATE_RANGES, type DateRange } from "./board-dates.ts";
import styles from "./technician.module.css";
import { type BoardState, STAGES } from "./use-board-filters.ts";

interface BoardFiltersProps {
  readonly state: BoardState;
  readonly change: (changed: Partial<Record<keyof BoardState, string | undefined>>) => void;
  readonly counts: Readonly<Record<string, number>>;
}

export function BoardFilters({ state, change, counts }: BoardFiltersProps) {
  const { text } = useText();
  const search = useCallback((q: string) => change({ q }), [change]);
  const all = counts.all ?? STAGES.reduce((sum, stage) => sum + (counts[stage] ?? 0), 0);
  const label = (word: string, count: number) => (
    <span>
      {word} <span className={styles["stage-count"]}>{count}</span>
    </span>
  );
  return (
    <div className={styles.filters}>
      <Segmented
        aria-label={text("board.stage")}
        value={state.stage ?? "all"}
        options={[
          { value: "all", label: label(text("board.stage-all"), all) },
          ...STAGES.map((stage) => ({ value: stage, label: label(text(`board.stage-${stage}`), counts[stage] ?? 0) })),
        ]}
        onChange={(stage) => change({ stage: stage === "all" ? undefined : String(stage) })}
      />
      <SearchField value={state.q} onSearch={search} placeholder={text("board.search")} />
      <Select<DateRange>
        aria-label={text("board.dates")}
        value={state.dates}
        style={{ width: 140 }}
        options={DATE_RANGES.map((range) => ({ value: range, label: text(`board.dates-${range}`) }))}
        onChange={(dates) => change({ dates: dates === "all" ? undefined : dates, from: undefined, to: undefined })}
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
