import { Button, Segmented, Select } from "antd";
import { useCallback } from "react";
import { SearchField } from "../desk/search-field.tsx";
import { useText } from "../i18n/use-text.ts";
import type { ListView } from "./sort-tasks.ts";
import { LIST_VIEWS, type ListFilters } from "./use-list-filters.ts";

interface ListFiltersBarProps {
  readonly filters: ListFilters;
  readonly filtered: boolean;
  readonly counts: Readonly<Record<string, number>>;
  readonly onChange: (changed: Partial<ListFilters>) => void;
  readonly onClear: () => void;
}

const MODALITIES = ["CT", "ECG", "DX", "CR", "MR", "US"];

/** Which list, and what narrows it: always in sight. */
export function ListFiltersBar({ filters, filtered, counts, onChange, onClear }: ListFiltersBarProps) {
  const { text } = useText();
  const search = useCallback((q: string) => onChange({ q }), [onChange]);
  return (
    <search className="list-filters">
      <Segmented<ListView>
        aria-label={text("reading.list")}
        value={filters.view}
        options={LIST_VIEWS.map((value) => ({
          value,
          label: (
            <span>
              {text(`reading.view.${value}`)} <span className="count">{counts[value] ?? ""}</span>
            </span>
          ),
        }))}
        onChange={(view) => onChange({ view })}
      />
      <SearchField value={filters.q} placeholder={text("reading.search")} onSearch={search} />
      <Select
        popupMatchSelectWidth={false}
        style={{ width: 148 }}
        value={filters.modality ?? ""}
        aria-label={text("reading.modality")}
        options={[
          { value: "", label: text("reading.modality.all") },
          ...MODALITIES.map((value) => ({ value, label: value })),
        ]}
        onChange={(value) => onChange({ modality: value || undefined })}
      />
      <Select<"" | "urgent" | "routine">
        style={{ width: 148 }}
        value={filters.urgency ?? ""}
        aria-label={text("reading.urgency")}
        options={[
          { value: "", label: text("reading.urgency.all") },
          ...(["urgent", "routine"] as const).map((value) => ({ value, label: text(`urgency.${value}`) })),
        ]}
        onChange={(value) => onChange({ urgency: value || undefined })}
      />
      {filtered && (
        <Button type="link" onClick={onClear}>
          {text("reading.clear-filters")}
        </Button>
      )}
    </search>
  );
}
