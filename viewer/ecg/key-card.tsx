import type { TextKey } from "../i18n/catalogue.ts";
import { useText } from "../i18n/use-text.ts";
import { EcgDialog } from "./ecg-dialog.tsx";

const KEYS: readonly (readonly [keys: string, what: TextKey])[] = [
  ["1 2 3 4", "ecg.key.layouts"],
  ["S", "ecg.key.speed"],
  ["G", "ecg.key.gain"],
  ["F", "ecg.key.filter"],
  ["C", "ecg.caliper"],
  ["H", "ecg.hand"],
  ["M", "ecg.march-out"],
  ["Del", "ecg.key.delete"],
  ["X", "ecg.clear-calipers"],
  ["← →", "ecg.key.arrows"],
  ["+ −", "ecg.key.zoom"],
  ["0", "ecg.true-size"],
  ["W", "ecg.fit"],
  ["[ ]", "ecg.key.recordings"],
  ["Esc", "ecg.key.escape"],
  ["N", "ecg.night"],
  ["K", "ecg.calibrate"],
  ["P", "ecg.print"],
  ["\\", "ecg.aside"],
  ["?", "ecg.keys"],
];

export function KeyCard({ onClose }: { readonly onClose: () => void }) {
  const { text } = useText();
  return (
    <EcgDialog title={text("ecg.keys")} onClose={onClose}>
      <dl className="ecg-keys">
        {KEYS.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.split(" ").map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{text(what)}</dd>
          </div>
        ))}
      </dl>
      <p className="ecg-dim">{text("ecg.key.mouse")}</p>
    </EcgDialog>
  );
}
