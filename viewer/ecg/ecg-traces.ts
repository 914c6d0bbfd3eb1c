import type { EcgLead, EcgRecording } from "../../core/ecg/ecg-recording.ts";
import { type DisplayFilter, filterForDisplay } from "../kernels/ecg-filters.ts";
import type { LeadExtent } from "../kernels/ecg-layout.ts";
import type { TraceSamples } from "../kernels/ecg-trace.ts";

export interface EcgTrace extends TraceSamples {
  readonly name: string;
  readonly origin: EcgLead["origin"];
  readonly filters: EcgLead["filters"];
}

/** The rhythm of each lead, the longest where a device stored it twice (2.5 s in the 3 × 4 part, 10 s as rhythm strip). */
export function tracesOf(recording: EcgRecording): readonly EcgTrace[] {
  const rhythm = recording.waveforms.filter(({ kind }) => kind === "rhythm");
  const longest = new Map<string, EcgTrace>();
  for (const waveform of rhythm.length > 0 ? rhythm : recording.waveforms)
    for (const lead of waveform.leads) {
      const trace: EcgTrace = {
        name: lead.name,
        origin: lead.origin,
        filters: lead.filters,
        microvolts: lead.microvolts,
        samplingFrequencyHz: waveform.samplingFrequencyHz,
        startS: waveform.startS + lead.skewS,
      };
      const other = longest.get(lead.name);
      if (!other || seconds(trace) > seconds(other)) longest.set(lead.name, trace);
    }
  return [...longest.values()];
}

export function filteredTraces(traces: readonly EcgTrace[], filters: readonly DisplayFilter[]): readonly EcgTrace[] {
  if (filters.length === 0) return traces;
  return traces.map((trace) => ({
    ...trace,
    microvolts: filterForDisplay(trace.microvolts, trace.samplingFrequencyHz, filters),
  }));
}

export function extentsOf(traces: readonly EcgTrace[]): readonly LeadExtent[] {
  return traces.map((trace) => ({ name: trace.name, startS: trace.startS, endS: trace.startS + seconds(trace) }));
}

function seconds(trace: TraceSamples): number {
  return trace.microvolts.length / trace.samplingFrequencyHz;
}
