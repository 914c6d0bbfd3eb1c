import { type ReactNode, useCallback, useEffect, useMemo, useState } from "react";
import "./ecg-room.css";
import { useText } from "../i18n/use-text.ts";
import { moveCaliper } from "../kernels/ecg-caliper.ts";
import { ECG_LAYOUTS, type EcgLayout, pageSeconds } from "../kernels/ecg-layout.ts";
import { CalibrationDialog } from "./calibration-dialog.tsx";
import { caliperText } from "./draw-calipers.ts";
import { EcgMessage } from "./ecg-message.tsx";
import { EcgPrint } from "./ecg-print.tsx";
import { EcgRail } from "./ecg-rail.tsx";
import { EcgStage } from "./ecg-stage.tsx";
import { EcgStatus } from "./ecg-status.tsx";
import { type EcgInstance, fetchEcgInstances } from "./ecg-study.ts";
import { EcgToolbar } from "./ecg-toolbar.tsx";
import {
  type EcgView,
  initialView,
  LEAST_ZOOM,
  MOST_ZOOM,
  nextFilter,
  nextGain,
  nextSpeed,
  storeCalibration,
  storedCalibration,
  storeView,
  ZOOM_STEP,
} from "./ecg-view.ts";
import { KeyCard } from "./key-card.tsx";
import { deviceLines } from "./paper-texts.ts";
import { TimePager } from "./time-pager.tsx";
import { useCalipers } from "./use-calipers.ts";
import { isTwelveLead, useEcgDrawing } from "./use-ecg-drawing.ts";
import { useEcgKeys } from "./use-ecg-keys.ts";
import { useLeadFocus } from "./use-lead-focus.ts";
import { useLoaded } from "./use-loaded.ts";
import { useRecording } from "./use-recording.ts";

export interface EcgReadingRoomProps {
  readonly studyInstanceUid: string;
  readonly patientHeader?: ReactNode;
  /** The report, right of the paper. Hidden with `\`, but never unmounted: what is typed there stays. */
  readonly aside?: ReactNode;
  /** For those who look and don't report: begins with the hand instead of the caliper. */
  readonly readOnly?: boolean;
  readonly toolbarEnd?: ReactNode;
}

const LEAD_ROWS: readonly EcgLayout[] = ["12x1"];
const NO_INSTANCES: readonly EcgInstance[] = [];

/** Reads the ECGs of a study on millimetre paper. */
export function EcgReadingRoom(props: EcgReadingRoomProps) {
  const { studyInstanceUid } = props;
  const { text } = useText();
  const [asked, setView] = useState<EcgView>(initialView);
  const [calibration, setCalibration] = useState(storedCalibration);
  const [dialog, setDialog] = useState<"keys" | "calibration" | null>(null);
  const [factor, setFactor] = useState(1);
  const change = useCallback((part: Partial<EcgView>) => setView((old) => ({ ...old, ...part })), []);
  useEffect(() => storeView(asked), [asked]);
  // whether one reports is known only when the task has come
  useEffect(() => change({ tool: props.readOnly ? "hand" : "caliper" }), [props.readOnly, change]);

  const loadStudy = useCallback(
    (signal: AbortSignal) => fetchEcgInstances(studyInstanceUid, signal),
    [studyInstanceUid],
  );
  const study = useLoaded(loadStudy);
  const instances = study.loaded.state === "ready" ? study.loaded.value : NO_INSTANCES;
  const [chosen, setChosen] = useState<string | null>(null);
  const [seen, setSeen] = useState<ReadonlySet<string>>(() => new Set());
  const instance = instances.find(({ sopInstanceUid }) => sopInstanceUid === chosen) ?? instances.at(-1) ?? null;
  const { recording, retry } = useRecording(instance, study);
  const ready = recording.state === "ready" ? recording.value : null;
  const uid = instance?.sopInstanceUid ?? "";
  useEffect(() => {
    if (ready) setSeen((old) => new Set([...old, uid]));
  }, [ready, uid]);
  // two or three leads have no place in a layout of twelve
  const layouts = ready && !isTwelveLead(ready) ? LEAD_ROWS : ECG_LAYOUTS;
  const layout = layouts.includes(asked.layout) ? asked.layout : "12x1";
  const view = useMemo(() => ({ ...asked, layout }), [asked, layout]);

  const calipers = useCalipers(uid);
  const shown = useEcgDrawing(ready, view);
  const pageS = pageSeconds(view.paperSpeedMmPerS);
  const endS = shown?.endS ?? 0;
  const moveTo = (fromS: number) => change({ fromS: Math.max(0, Math.min(Math.ceil(endS - pageS), fromS)) });
  const choose = (sopInstanceUid: string) => {
    setChosen(sopInstanceUid);
    change({ fromS: 0, focus: null });
  };
  const zoomTo = useCallback(
    (zoom: EcgView["zoom"]) =>
      change({ zoom: typeof zoom === "number" ? Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, zoom)) : zoom }),
    [change],
  );
  const focusOn = useLeadFocus(view, change);
  const marchOut = () => {
    const { current } = calipers;
    const on = !(current?.marchOut ?? view.marchOut);
    change({ marchOut: on });
    if (current)
      calipers.set(
        calipers.calipers.map((caliper) => (caliper === current ? { ...caliper, marchOut: on } : caliper)),
        current.id,
      );
  };
  const nudge = (byS: number, byMicrovolts: number) => {
    const { current } = calipers;
    if (!current) return;
    const moved = moveCaliper(current, "whole", byS, byMicrovolts);
    calipers.set(
      calipers.calipers.map((caliper) => (caliper === current ? moved : caliper)),
      current.id,
    );
  };
  const step = (by: number) => {
    const next = instance && instances[instances.indexOf(instance) + by];
    if (next) choose(next.sopInstanceUid);
  };

  useEcgKeys((key, { shiftKey }) => {
    const chosenLayout = ECG_LAYOUTS["1234".indexOf(key)];
    // an arrow moves the caliper by a tenth of a millimetre at the common scale, with Shift by a whole one
    const nudgeMm = shiftKey ? 1 : 0.1;
    const act: Readonly<Record<string, () => void>> = {
      s: () => change({ paperSpeedMmPerS: nextSpeed(view) }),
      g: () => change({ gainMmPerMv: nextGain(view) }),
      f: () => change({ filter: nextFilter(view) }),
      c: () => change({ tool: "caliper" }),
      h: () => change({ tool: "hand" }),
      m: marchOut,
      x: () => calipers.set([], null),
      n: () => change({ night: !view.night }),
      w: () => change({ zoom: "fit" }),
      "0": () => change({ zoom: 1 }),
      "+": () => zoomTo(factor * ZOOM_STEP),
      "=": () => zoomTo(factor * ZOOM_STEP),
      "-": () => zoomTo(factor / ZOOM_STEP),
      k: () => setDialog("calibration"),
      p: () => window.print(),
      "?": () => setDialog("keys"),
      "\\": () => change({ aside: !view.aside }),
      "[": () => step(-1),
      "]": () => step(1),
      arrowleft: () => (calipers.current ? nudge(-0.04 * nudgeMm, 0) : moveTo(view.fromS - pageS)),
      arrowright: () => (calipers.current ? nudge(0.04 * nudgeMm, 0) : moveTo(view.fromS + pageS)),
      arrowup: () => nudge(0, 100 * nudgeMm),
      arrowdown: () => nudge(0, -100 * nudgeMm),
      delete: () =>
        calipers.set(
          calipers.calipers.filter((caliper) => caliper !== calipers.current),
          null,
        ),
      backspace: () =>
        calipers.set(
          calipers.calipers.filter((caliper) => caliper !== calipers.current),
          null,
        ),
      escape: () =>
        calipers.selected === null ? view.focus !== null && focusOn(view.focus) : calipers.set(calipers.calipers, null),
    };
    if (chosenLayout) change({ layout: chosenLayout, focus: null });
    else act[key]?.();
    return chosenLayout !== undefined || key in act;
  });

  const hasAside = props.aside !== undefined && props.aside !== null;
  const percent = Math.round(factor * 100);
  return (
    <div className={view.night ? "ecg-room night" : "ecg-room"}>
      {props.patientHeader !== undefined && <div className="ecg-header">{props.patientHeader}</div>}
      <EcgToolbar
        view={{ ...view, marchOut: calipers.current?.marchOut ?? view.marchOut }}
        layouts={layouts}
        change={change}
        caliperCount={calipers.calipers.length}
        scaleText={percent === 100 ? "1 : 1" : `${percent} %`}
        hasAside={hasAside}
        onZoomStep={(direction) => zoomTo(direction > 0 ? factor * ZOOM_STEP : factor / ZOOM_STEP)}
        onMarchOut={marchOut}
        onClear={() => calipers.set([], null)}
        onCalibrate={() => setDialog("calibration")}
        onPrint={() => window.print()}
        onKeys={() => setDialog("keys")}
        end={props.toolbarEnd}
      />
      <div className="ecg-body">
        {instances.length > 1 && instance && (
          <EcgRail instances={instances} current={instance.sopInstanceUid} seen={seen} onChoose={choose} />
        )}
        <main className="ecg-centre">
          {shown && ready ? (
            <>
              <EcgStage
                key={uid}
                drawing={shown.drawing}
                view={view}
                calibratedPxPerMm={calibration.pxPerMm}
                calipers={calipers.calipers}
                selected={calipers.selected}
                label={text("ecg.stage", { leads: shown.drawing.traces.size })}
                onCalipers={calipers.set}
                onZoom={zoomTo}
                onScale={setFactor}
                onFocus={focusOn}
              />
              {endS > pageS + 0.5 && <TimePager fromS={view.fromS} pageS={pageS} endS={endS} onMove={moveTo} />}
              <EcgStatus
                reading={calipers.current ? caliperText(calipers.current) : ""}
                device={deviceLines(ready, text)}
                notes={ready.notes}
              />
              <EcgPrint drawing={shown.drawing} />
            </>
          ) : (
            <EcgMessage
              state={recording.state === "error" ? "error" : recording.state === "loading" ? "loading" : "empty"}
              error={recording.state === "error" ? recording.error : undefined}
              onRetry={retry}
            />
          )}
        </main>
        {hasAside && (
          <aside className="ecg-aside" hidden={!view.aside} aria-label={text("ecg.aside")}>
            {props.aside}
          </aside>
        )}
      </div>
      {dialog === "keys" && <KeyCard onClose={() => setDialog(null)} />}
      {dialog === "calibration" && (
        <CalibrationDialog
          calibration={calibration}
          onSave={(pxPerMm) => {
            setCalibration(storeCalibration(pxPerMm));
            if (pxPerMm !== null) change({ zoom: 1 });
          }}
          onClose={() => setDialog(null)}
        />
      )}
    </div>
  );
}
