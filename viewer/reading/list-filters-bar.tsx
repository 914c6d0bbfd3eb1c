import { useText } from "../i18n/use-text.ts";
import { ListSearch } from "./list-search.tsx";
import type { ListFilters } from "./use-list-filters.ts";

interface ListFiltersBarProps {
  readonly filters: ListFilters;
  readonly filtered: boolean;
  readonly onChange: (changed: Partial<ListFilters>) => void;
  readonly onClear: () => void;
}

const MODALITIES = ["CT", "ECG", "DX", "CR", "MR", "US"];

/** What narrows the list, always in sight. */
export function ListFiltersBar({ filters, filtered, onChange, onClear }: ListFiltersBarProps) {
  const { text } = useText();
  return (
    <search className="list-filters">
      <ListSearch value={filters.q} onSearch={(q) => onChange({ q })} />
      <select
        value={filters.modality ?? ""}
        aria-label={text("reading.modality")}
        onChange={(event) => onChange({ modality: event.target.value || undefined })}
      >
        <option value="">{text("reading.modality.all")}</option>
        {MODALITIES.map((modality) => (
          <option key={modality}>{modality}</option>
        ))}
      </select>
      <select
        value={filters.urgency ?? ""}
        aria-label={text("reading.urgency")}
        onChange={(event) => onChange({ urgency: (event.target.value || undefined) as ListFilters["urgency"] })}
      >
        <option value="">{text("reading.urgency.all")}</option>
        <option value="urgent">{text("urgency.urgent")}</option>
        <option value="routine">{text("urgency.routine")}</option>
      </select>
      {filtered && (
        <button type="button" className="list-button" onClick={onClear}>
          {text("reading.clear-filters")}
        </button>
      )}
    </search>
  );
}
