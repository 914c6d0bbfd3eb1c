import { dateText, timeText } from "../../core/image/dicom-text.ts";
import { useText } from "../i18n/use-text.ts";
import type { EcgInstance } from "./ecg-study.ts";

/** The ECGs of a study, oldest first; shown when there is more than one. */
export function EcgRail(props: {
  readonly instances: readonly EcgInstance[];
  readonly current: string;
  readonly seen: ReadonlySet<string>;
  readonly onChoose: (sopInstanceUid: string) => void;
}) {
  const { text } = useText();
  return (
    <nav className="ecg-rail" aria-label={text("ecg.recordings", { count: props.instances.length })}>
      <div className="ecg-rail-title">{text("ecg.recordings", { count: props.instances.length })}</div>
      {props.instances.map((instance, index) => (
        <button
          type="button"
          key={instance.sopInstanceUid}
          className="ecg-rail-item"
          aria-current={instance.sopInstanceUid === props.current}
          onClick={() => props.onChoose(instance.sopInstanceUid)}
        >
          <span className="ecg-rail-number">
            {index + 1}
            {props.seen.has(instance.sopInstanceUid) && <span className="ecg-rail-seen">{text("ecg.seen")}</span>}
          </span>
          <span>{text(`ecg.class.${instance.sopClass}`)}</span>
          <span className="ecg-dim">{dateText(instance.date)}</span>
          <span className="ecg-dim">{timeText(instance.time)}</span>
        </button>
      ))}
    </nav>
  );
}
