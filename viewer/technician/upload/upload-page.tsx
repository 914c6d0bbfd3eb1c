import { useCallback, useSyncExternalStore } from "react";
import { Link } from "react-router";
import { PageTitle } from "../../desk/page-title.tsx";
import { useText } from "../../i18n/use-text.ts";
import { minuteText } from "../../reading/instant-text.ts";
import { useSignedIn } from "../../shell/use-session.ts";
import { DropZone } from "./drop-zone.tsx";
import { manifestCsv } from "./manifest-csv.ts";
import { ManifestList } from "./manifest-list.tsx";
import { StoredStudies } from "./stored-studies.tsx";
import { theUpload } from "./the-upload.ts";
import styles from "./upload.module.css";
import { UploadProgress } from "./upload-progress.tsx";
import type { PickedFile } from "./uploader.ts";

function download(name: string, content: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Files in, manifest out. The upload itself lives outside of this page and goes on when it is left. */
export function UploadPage() {
  const { text } = useText();
  const { account } = useSignedIn();
  const upload = theUpload(account.id);
  const snapshot = useSyncExternalStore(upload.subscribe, upload.snapshot);
  const add = useCallback((files: readonly PickedFile[]) => upload.add(files), [upload]);
  const { items, totals } = snapshot;
  const started = items.length > 0;
  const exportManifest = () => {
    const stamp = minuteText(Date.now()).replace(/\D/g, "");
    download(`${text("upload.csv-name")}-${stamp}.csv`, manifestCsv(items, text));
  };
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <PageTitle title={text("upload.title")} />
        <Link to="/technician">{text("upload.back")}</Link>
      </div>
      <DropZone onAdd={add} small={started} />
      {started ? (
        <>
          <UploadProgress upload={upload} snapshot={snapshot} onExport={exportManifest} />
          <StoredStudies items={items} />
          <ManifestList items={items} totals={totals} />
        </>
      ) : null}
    </div>
  );
}
