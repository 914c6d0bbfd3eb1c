import { memo } from "react";
import { bytesText } from "../../desk/bytes-text.ts";
import { useText } from "../../i18n/use-text.ts";
import { Icon, type IconName } from "../../shell/icon.tsx";
import { reasonText } from "./reason-text.ts";
import styles from "./upload.module.css";
import type { ItemState, UploadItem } from "./upload-item.ts";

interface ManifestRowProps {
  readonly item: UploadItem;
  /** Where it lies in the list, in px. */
  readonly top: number;
  readonly position: number;
  readonly total: number;
}

const ICONS: Partial<Record<ItemState, IconName>> = {
  stored: "check",
  already: "check",
  refused: "warning",
  cancelled: "close",
  skipped: "skip",
  lost: "warning",
};

export const ManifestRow = memo(function ManifestRow({ item, top, position, total }: ManifestRowProps) {
  const { text } = useText();
  const slash = item.path.lastIndexOf("/") + 1;
  const icon = ICONS[item.state];
  const result = item.reason === null ? text(`upload.state-${item.state}`) : reasonText(item.reason, text);
  const percent = item.size === 0 ? 0 : Math.round((item.sentBytes / item.size) * 100);
  return (
    <li
      className={styles.row}
      style={{ transform: `translateY(${top}px)` }}
      aria-posinset={position}
      aria-setsize={total}
    >
      <span className={styles.path} title={item.path}>
        <span className={styles.folder}>{item.path.slice(0, slash)}</span>
        <span className={styles["file-name"]}>{item.path.slice(slash)}</span>
      </span>
      <span className={styles.size}>{bytesText(item.size)}</span>
      <span className={`${styles.result} ${styles[`result-${item.state}`] ?? ""}`} title={result}>
        {item.state === "sending" ? (
          <>
            <span className={styles["file-bar"]}>
              <span style={{ width: `${percent}%` }} />
            </span>
            <span className={styles.percent}>{percent}%</span>
          </>
        ) : (
          <>
            {icon === undefined ? null : <Icon name={icon} size={14} />}
            <span>{result}</span>
          </>
        )}
      </span>
    </li>
  );
});
