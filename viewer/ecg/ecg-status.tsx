import type { EcgNote } from "../../core/ecg/ecg-recording.ts";
import { useText } from "../i18n/use-text.ts";
import { EcgIcon } from "./ecg-icons.tsx";
import { noteText } from "./note-text.ts";

/** Below the paper: what the caliper reads, what the device measured, and what there is to know about the recording. */
export function EcgStatus(props: {
  readonly reading: string;
  readonly device: readonly string[];
  readonly notes: readonly EcgNote[];
}) {
  const { text } = useText();
  return (
    <footer className="ecg-status">
      <div className="ecg-status-row">
        <output className="ecg-reading" data-testid="caliper-readout" aria-live="polite">
          {props.reading || <span className="ecg-dim">{text("ecg.caliper-hint")}</span>}
        </output>
        {props.device.length > 0 && (
          <span className="ecg-device" data-testid="device-measurements" title={text("ecg.device-hint")}>
            <span className="ecg-dim">{text("ecg.device-measurements")}</span> {props.device.join("   ")}
          </span>
        )}
      </div>
      {props.notes.length > 0 && (
        <ul className="ecg-notes" data-testid="ecg-notes">
          {props.notes.map((note) => (
            <li key={`${note.code} ${note.leads.join()} ${note.detail}`} data-code={note.code}>
              <EcgIcon name="warning" />
              {noteText(note, text)}
            </li>
          ))}
        </ul>
      )}
    </footer>
  );
}
