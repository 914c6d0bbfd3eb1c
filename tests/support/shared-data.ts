import { existsSync } from "node:fs";
import path from "node:path";

/** Real series and ECGs beside the checkout; a plain clone does not have them. */
export const SHARED_DATA = path.resolve(import.meta.dirname, "../../../shared/data");

const hasSharedData = existsSync(SHARED_DATA);

/** The one line at the start of a run. */
export function sharedDataLine(): string {
  return hasSharedData
    ? "../shared/data is there: tests on real CT series and ECGs run"
    : "../shared/data is not there: tests on real CT series and ECGs are skipped (they need files that are not part of the project)";
}
