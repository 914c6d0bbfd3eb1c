import { useState } from "react";
import { useText } from "../i18n/use-text.ts";
import { BANK_CARD_MM, DEFAULT_PX_PER_MM, pxPerMmFromCard } from "../kernels/ecg-scale.ts";
import { EcgDialog } from "./ecg-dialog.tsx";
import type { Calibration } from "./ecg-view.ts";

const CARD_RATIO = 53.98 / BANK_CARD_MM;

/** The reader lays a bank card on the screen and makes the picture the same width. Kept for this browser. */
export function CalibrationDialog(props: {
  readonly calibration: Calibration;
  readonly onSave: (pxPerMm: number | null) => void;
  readonly onClose: () => void;
}) {
  const { text } = useText();
  const [cardPx, setCardPx] = useState(Math.round(props.calibration.pxPerMm * BANK_CARD_MM));
  const pxPerMm = pxPerMmFromCard(cardPx);
  const save = (value: number | null) => {
    props.onSave(value);
    props.onClose();
  };
  return (
    <EcgDialog title={text("ecg.calibrate")} onClose={props.onClose}>
      <p>{text("ecg.calibrate-how")}</p>
      <div className="ecg-card-room">
        <div className="ecg-card" style={{ width: cardPx, height: cardPx * CARD_RATIO }} data-testid="calibration-card">
          <span>{BANK_CARD_MM.toFixed(2)} mm</span>
        </div>
      </div>
      <label className="ecg-card-width">
        {text("ecg.card-width")}
        <input
          type="range"
          min={180}
          max={900}
          step={1}
          value={cardPx}
          onChange={(event) => setCardPx(event.target.valueAsNumber)}
        />
        <input
          type="number"
          min={180}
          max={900}
          value={Number.isNaN(cardPx) ? "" : cardPx}
          onChange={(event) => setCardPx(event.target.valueAsNumber)}
        />
        px
      </label>
      <p className="ecg-dim">
        {text(props.calibration.measured ? "ecg.calibrated" : "ecg.not-calibrated", {
          value: props.calibration.pxPerMm.toFixed(3),
        })}
      </p>
      <div className="ecg-dialog-actions">
        <button type="button" className="ecg-button" onClick={() => save(null)}>
          {text("ecg.calibration-reset", { value: DEFAULT_PX_PER_MM.toFixed(2) })}
        </button>
        <button type="button" className="ecg-button" onClick={props.onClose}>
          {text("common.cancel")}
        </button>
        <button type="button" className="ecg-button primary" disabled={pxPerMm === null} onClick={() => save(pxPerMm)}>
          {text("common.save")}
        </button>
      </div>
    </EcgDialog>
  );
}
