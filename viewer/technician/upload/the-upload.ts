import { callApi } from "../../api/call-api.ts";
import { onSignedInAgain, signalSessionLost } from "../../shell/session-lost.ts";
import { uploadSummary } from "../../shell/upload-summary.ts";
import { openFileReaders } from "./file-readers.ts";
import { sendBatch } from "./send-batch.ts";
import { loadManifest, saveManifest } from "./upload-memory.ts";
import { Uploader, type UploadSnapshot } from "./uploader.ts";

function askBeforeLeaving(event: BeforeUnloadEvent): void {
  if (uploadSummary.get() !== null) event.preventDefault();
}

function tellTheBar({ phase, totals }: UploadSnapshot): void {
  const { settled: done, files: total } = totals;
  uploadSummary.set(phase === "idle" ? null : { phase, done, total });
  if (phase === "idle") window.removeEventListener("beforeunload", askBeforeLeaving);
  else window.addEventListener("beforeunload", askBeforeLeaving);
}

let upload: Uploader | undefined;

/** The upload of this window: begun on its page, it goes on while other pages are shown. Another account loads anew. */
export function theUpload(accountId: string): Uploader {
  if (upload !== undefined) return upload;
  const opened = new Uploader({
    readers: openFileReaders(),
    send: sendBatch,
    findStored: async (instances) => {
      const { stored } = await callApi("findStoredInstances", { body: { instances: [...instances] } });
      return stored;
    },
    remember: (lines) => void saveManifest(accountId, lines, Date.now()),
    onSignedOut: signalSessionLost,
    onChange: tellTheBar,
    now: Date.now,
  });
  window.addEventListener("online", () => opened.retryNow());
  onSignedInAgain(() => opened.signedIn());
  void loadManifest(accountId, Date.now()).then((lines) => opened.restore(lines));
  upload = opened;
  return opened;
}
