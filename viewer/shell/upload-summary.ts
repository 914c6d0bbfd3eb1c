import { createStore } from "./create-store.ts";

export interface UploadSummary {
  readonly phase: "running" | "paused" | "waiting" | "signed-out";
  readonly done: number;
  readonly total: number;
}

/** What the bar shows of an upload that goes on while one visits other pages; null when there is none. */
export const uploadSummary = createStore<UploadSummary | null>(null);
