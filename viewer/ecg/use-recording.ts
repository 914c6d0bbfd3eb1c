import { useCallback, useRef } from "react";
import type { EcgRecording } from "../../core/ecg/ecg-recording.ts";
import { type EcgInstance, fetchEcgRecording } from "./ecg-study.ts";
import { useLoaded } from "./use-loaded.ts";

type RecordingState =
  | { readonly state: "loading" | "empty" }
  | { readonly state: "ready"; readonly value: EcgRecording }
  | { readonly state: "error"; readonly error: unknown };

/** The chosen ECG, kept once read. A fault of the study's list is the recording's fault too, with the right retry. */
export function useRecording(
  instance: EcgInstance | null,
  study: ReturnType<typeof useLoaded<readonly EcgInstance[]>>,
): { readonly recording: RecordingState; readonly retry: () => void } {
  const read = useRef(new Map<string, EcgRecording>());
  const load = useCallback(
    async (signal: AbortSignal) => {
      if (!instance) return null;
      const known = read.current.get(instance.sopInstanceUid);
      const recording = known ?? (await fetchEcgRecording(instance, signal));
      read.current.set(instance.sopInstanceUid, recording);
      return recording;
    },
    [instance],
  );
  const { loaded, retry } = useLoaded(load);
  if (study.loaded.state === "error") return { recording: study.loaded, retry: study.retry };
  if (study.loaded.state === "loading") return { recording: { state: "loading" }, retry };
  if (!instance) return { recording: { state: "empty" }, retry };
  if (loaded.state !== "ready") return { recording: loaded, retry };
  return { recording: loaded.value ? { state: "ready", value: loaded.value } : { state: "loading" }, retry };
}
