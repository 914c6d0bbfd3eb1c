import type { ReactNode } from "react";
import { useText } from "../i18n/use-text.ts";
import { type EcgLayout, GAINS_MM_PER_MV, PAPER_SPEEDS_MM_PER_S } from "../kernels/ecg-layout.ts";
import { EcgIcon, type EcgIconName } from "./ecg-icons.tsx";
import { type EcgView, FILTER_ORDER } from "./ecg-view.ts";

export interface EcgToolbarProps {
  readonly view: EcgView;
  readonly layouts: readonly EcgLayout[];
  readonly change: (part: Partial<EcgView>) => void;
  readonly caliperCount: number;
  readonly scaleText: string;
  readonly hasAside: boolean;
  readonly onZoomStep: (direction: 1 | -1) => void;
  readonly onMarchOut: () => void;
  readonly onClear: () => void;
  readonly onCalibrate: () => void;
  readonly onPrint: () => void;
  readonly onKeys: () => void;
  readonly end?: ReactNode;
}

/** One row: what to look at, what to measure with, how large, and the rest at the right. */
export function EcgToolbar({ view, change, ...props }: EcgToolbarProps) {
  const { text } = useText();
  const button = (
    icon: EcgIconName,
    label: string,
    shortcut: string,
    onClick: () => void,
    pressed?: boolean,
    disabled = false,
  ) => (
    <button
      type="button"
      className="ecg-tool"
      title={`${label} (${shortcut})`}
      aria-label={label}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
    >
      <EcgIcon name={icon} />
    </button>
  );
  const select = <T extends string | number>(
    label: string,
    shortcut: string,
    value: T,
    options: readonly T[],
    show: (option: T) => string,
    choose: (option: T) => void,
  ) => (
    <select
      className="ecg-select"
      title={`${label} (${shortcut})`}
      aria-label={label}
      value={value}
      onChange={(event) => {
        const chosen = options.find((option) => String(option) === event.target.value);
        if (chosen !== undefined) choose(chosen);
        event.target.blur(); // so that the next key is a key of the page again
      }}
    >
      {options.map((option) => (
        <option key={option} value={option}>
          {show(option)}
        </option>
      ))}
    </select>
  );
  return (
    <div className="ecg-toolbar" role="toolbar" aria-label={text("ecg.toolbar")}>
      <div className="ecg-group">
        {select(
          text("ecg.layout"),
          "1–4",
          view.focus === null ? view.layout : "single",
          view.focus === null ? props.layouts : [...props.layouts, "single" as const],
          (option) =>
            option === "single" ? text("ecg.layout.single", { lead: view.focus ?? "" }) : text(`ecg.layout.${option}`),
          (option) => option !== "single" && change({ layout: option, focus: null }),
        )}
        {select(
          text("ecg.speed"),
          "S",
          view.paperSpeedMmPerS,
          PAPER_SPEEDS_MM_PER_S,
          (speed) => `${speed} mm/s`,
          (paperSpeedMmPerS) => change({ paperSpeedMmPerS }),
        )}
        {select(
          text("ecg.gain"),
          "G",
          view.gainMmPerMv,
          GAINS_MM_PER_MV,
          (gain) => `${gain} mm/mV`,
          (gainMmPerMv) => change({ gainMmPerMv }),
        )}
        {select(
          text("ecg.filter"),
          "F",
          view.filter,
          FILTER_ORDER,
          (filter) => text(`ecg.filter.${filter}`),
          (filter) => change({ filter }),
        )}
      </div>
      <div className="ecg-group">
        {button("caliper", text("ecg.caliper"), "C", () => change({ tool: "caliper" }), view.tool === "caliper")}
        {button("hand", text("ecg.hand"), "H", () => change({ tool: "hand" }), view.tool === "hand")}
        {button("march", text("ecg.march-out"), "M", props.onMarchOut, view.marchOut)}
        {button("trash", text("ecg.clear-calipers"), "X", props.onClear, undefined, props.caliperCount === 0)}
      </div>
      <div className="ecg-group">
        {button("zoom-out", text("ecg.zoom-out"), "−", () => props.onZoomStep(-1))}
        <span className="ecg-zoom" data-testid="ecg-scale">
          {props.scaleText}
        </span>
        {button("zoom-in", text("ecg.zoom-in"), "+", () => props.onZoomStep(1))}
        {button("true-size", text("ecg.true-size"), "0", () => change({ zoom: 1 }), view.zoom === 1)}
        {button("fit", text("ecg.fit"), "W", () => change({ zoom: "fit" }), view.zoom === "fit")}
      </div>
      <div className="ecg-group">
        {button("night", text("ecg.night"), "N", () => change({ night: !view.night }), view.night)}
        {button("card", text("ecg.calibrate"), "K", props.onCalibrate)}
        {button("print", text("ecg.print"), "P", props.onPrint)}
        {button("keys", text("ecg.keys"), "?", props.onKeys)}
        {props.hasAside && button("panel", text("ecg.aside"), "\\", () => change({ aside: !view.aside }), view.aside)}
      </div>
      {props.end !== undefined && <div className="ecg-toolbar-end">{props.end}</div>}
    </div>
  );
}
