import { useText } from "../i18n/use-text.ts";
import { EcgIcon } from "./ecg-icons.tsx";
import { clock } from "./paper-texts.ts";

/** For a record longer than a page: where in it the page is, and how to go elsewhere. */
export function TimePager(props: {
  readonly fromS: number;
  readonly pageS: number;
  readonly endS: number;
  readonly onMove: (fromS: number) => void;
}) {
  const { text } = useText();
  const { fromS, pageS, endS, onMove } = props;
  return (
    <div className="ecg-pager">
      <button
        type="button"
        className="ecg-tool"
        aria-label={text("ecg.earlier")}
        title={text("ecg.earlier")}
        disabled={fromS <= 0}
        onClick={() => onMove(fromS - pageS)}
      >
        <EcgIcon name="back" />
      </button>
      <input
        type="range"
        aria-label={text("ecg.position")}
        min={0}
        max={Math.max(0, endS - pageS)}
        step={1}
        value={fromS}
        onChange={(event) => onMove(event.target.valueAsNumber)}
      />
      <button
        type="button"
        className="ecg-tool"
        aria-label={text("ecg.later")}
        title={text("ecg.later")}
        disabled={fromS >= endS - pageS}
        onClick={() => onMove(fromS + pageS)}
      >
        <EcgIcon name="forward" />
      </button>
      <span className="ecg-pager-text">
        {clock(fromS)} / {clock(endS)}
      </span>
    </div>
  );
}
