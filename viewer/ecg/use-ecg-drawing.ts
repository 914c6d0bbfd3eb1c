import { useMemo } from "react";
import type { EcgRecording } from "../../core/ecg/ecg-recording.ts";
import { TWELVE_LEADS } from "../../core/ecg/lead-names.ts";
import { useText } from "../i18n/use-text.ts";
import { FILTER_CHOICES } from "../kernels/ecg-filters.ts";
import { planEcgPage } from "../kernels/ecg-layout.ts";
import type { PageDrawing } from "./draw-ecg-page.ts";
import { extentsOf, filteredTraces, tracesOf } from "./ecg-traces.ts";
import type { EcgView } from "./ecg-view.ts";
import { DAY_PAPER, NIGHT_PAPER } from "./paper-style.ts";
import { paperTexts } from "./paper-texts.ts";

/** A Holter's two or three leads have no place in a layout of twelve. */
export function isTwelveLead(recording: EcgRecording): boolean {
  const names = new Set(recording.waveforms.flatMap(({ leads }) => leads.map(({ name }) => name)));
  return TWELVE_LEADS.filter((name) => names.has(name)).length >= 8;
}

/** The page as it is to be drawn, and the second at which the recording ends. Null without a recording. */
export function useEcgDrawing(
  recording: EcgRecording | null,
  view: EcgView,
): { readonly drawing: PageDrawing; readonly endS: number } | null {
  const { text } = useText();
  const traces = useMemo(() => (recording ? tracesOf(recording) : []), [recording]);
  const filtered = useMemo(() => filteredTraces(traces, FILTER_CHOICES[view.filter]), [traces, view.filter]);
  return useMemo(() => {
    if (!recording) return null;
    const extents = extentsOf(traces);
    const scale = { paperSpeedMmPerS: view.paperSpeedMmPerS, gainMmPerMv: view.gainMmPerMv };
    const page = planEcgPage({ ...scale, layout: view.layout, focus: view.focus, leads: extents, fromS: view.fromS });
    return {
      endS: Math.max(0, ...extents.map((extent) => extent.endS)),
      drawing: {
        page,
        scale,
        traces: new Map(filtered.map((trace) => [trace.name, trace])),
        style: view.night ? NIGHT_PAPER : DAY_PAPER,
        texts: paperTexts(recording, traces, page, view, text),
        leastTextPx: 12,
      },
    };
  }, [recording, traces, filtered, view, text]);
}
