import { Button } from "antd";
import { useEffect, useRef, useState } from "react";
import { useText } from "../../i18n/use-text.ts";
import { Icon } from "../../shell/icon.tsx";
import { collectDropped, collectPicked, inPathOrder } from "./collect-files.ts";
import styles from "./upload.module.css";
import type { PickedFile } from "./uploader.ts";

interface DropZoneProps {
  readonly onAdd: (files: readonly PickedFile[]) => void;
  /** Beside a running upload it takes less room. */
  readonly small: boolean;
}

/** Takes a folder, a zip or loose files: dropped anywhere on the page, or picked. */
export function DropZone({ onAdd, small }: DropZoneProps) {
  const { text } = useText();
  const folder = useRef<HTMLInputElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  /** How many were found so far in a folder that is being read; null when none is. */
  const [reading, setReading] = useState<number | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let leaving: ReturnType<typeof setTimeout> | undefined;
    const drag = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      clearTimeout(leaving);
      setOver(true);
      leaving = setTimeout(() => setOver(false), 300); // dragover comes every 50 ms while it is above the page
    };
    const drop = async (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      clearTimeout(leaving);
      setOver(false);
      setFailed(false);
      setReading(0);
      const all: PickedFile[] = [];
      try {
        await collectDropped(event.dataTransfer, (found) => {
          all.push(...found);
          setReading(all.length);
        });
      } catch {
        setFailed(true);
      }
      setReading(null);
      if (all.length > 0) onAdd(inPathOrder(all));
    };
    window.addEventListener("dragover", drag);
    window.addEventListener("drop", drop);
    return () => {
      clearTimeout(leaving);
      window.removeEventListener("dragover", drag);
      window.removeEventListener("drop", drop);
    };
  }, [onAdd]);
  const picked = (input: HTMLInputElement) => {
    if (input.files !== null && input.files.length > 0) onAdd(collectPicked(input.files));
    input.value = ""; // the same folder can be picked again
  };
  return (
    <section className={`${styles.zone} ${small ? styles.small : ""} ${over ? styles.over : ""}`}>
      <div>
        <strong>{text(over ? "upload.drop-now" : "upload.drop")}</strong>
        {small ? null : <p>{text("upload.drop-hint")}</p>}
        {reading === null ? null : <p role="status">{text("upload.adding", { count: reading })}</p>}
        {failed ? (
          <p className={styles["zone-failed"]} role="alert">
            {text("upload.add-failed")}
          </p>
        ) : null}
      </div>
      <div className={styles["zone-buttons"]}>
        <Button
          type={small ? "default" : "primary"}
          icon={<Icon name="folder" />}
          onClick={() => folder.current?.click()}
        >
          {text("upload.pick-folder")}
        </Button>
        <Button icon={<Icon name="file" />} onClick={() => files.current?.click()}>
          {text("upload.pick-files")}
        </Button>
      </div>
      <input
        ref={folder}
        type="file"
        hidden
        multiple
        {...{ webkitdirectory: "" }}
        aria-label={text("upload.pick-folder")}
        data-testid="pick-folder"
        onChange={(event) => picked(event.currentTarget)}
      />
      <input
        ref={files}
        type="file"
        hidden
        multiple
        aria-label={text("upload.pick-files")}
        data-testid="pick-files"
        onChange={(event) => picked(event.currentTarget)}
      />
    </section>
  );
}
