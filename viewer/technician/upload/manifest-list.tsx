import { useVirtualizer } from "@tanstack/react-virtual";
import { Segmented } from "antd";
import { useRef, useState } from "react";
import { useText } from "../../i18n/use-text.ts";
import { GROUP_NAMES, inGroup, MANIFEST_GROUPS, type ManifestGroup } from "./manifest-groups.ts";
import { ManifestRow } from "./manifest-row.tsx";
import type { TransferTotals } from "./transfer-totals.ts";
import styles from "./upload.module.css";
import type { UploadItem } from "./upload-item.ts";

interface ManifestListProps {
  readonly items: readonly UploadItem[];
  readonly totals: TransferTotals;
}

const ROW = 32;

/** Every file, with its own progress and result. Only the rows in sight exist, so that thousands cost nothing. */
export function ManifestList({ items, totals }: ManifestListProps) {
  const { text } = useText();
  const [group, setGroup] = useState<ManifestGroup | "all">("all");
  const shown = group === "all" ? items : items.filter((item) => inGroup(item.state, group));
  const scroll = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const countOf = (name: ManifestGroup) => MANIFEST_GROUPS[name].reduce((sum, state) => sum + totals.counts[state], 0);
  const label = (word: string, count: number) => (
    <span>
      {word} <span className={styles["group-count"]}>{count}</span>
    </span>
  );
  return (
    <section className={styles.manifest} aria-label={text("upload.manifest")}>
      <Segmented
        aria-label={text("upload.manifest")}
        value={group}
        options={[
          { value: "all" as const, label: label(text("upload.filter-all"), totals.files) },
          ...GROUP_NAMES.map((name) => ({ value: name, label: label(text(`upload.filter-${name}`), countOf(name)) })),
        ]}
        onChange={setGroup}
      />
      <div className={styles.rows}>
        <div className={styles["rows-head"]}>
          <span>{text("upload.column-file")}</span>
          <span className={styles.size}>{text("upload.column-size")}</span>
          <span>{text("upload.column-state")}</span>
        </div>
        <div className={styles["rows-scroll"]} ref={scroll}>
          {shown.length === 0 ? <p className={styles.hint}>{text("upload.filter-none")}</p> : null}
          <ul style={{ height: rows.getTotalSize() }} aria-label={text("upload.manifest")}>
            {rows.getVirtualItems().map((row) => {
              const item = shown[row.index];
              return item === undefined ? null : (
                <ManifestRow key={item.id} item={item} top={row.start} position={row.index + 1} total={shown.length} />
              );
            })}
          </ul>
        </div>
      </div>
    </section>
  );
}
