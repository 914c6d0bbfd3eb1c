import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { runDcmtk } from "../../dimse/dcmtk.ts";
import type { HubUnderTest } from "../../support/hub-under-test.ts";

/** Writes the files of a study into a new folder, as an export of the device would. */
export async function writeStudy(folder: string, files: Iterable<{ readonly bytes: Buffer }>): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (const { bytes } of files) {
    const file = path.join(folder, `IM${String(paths.length + 1).padStart(4, "0")}.dcm`);
    await writeFile(file, bytes);
    paths.push(file);
  }
  return paths;
}

/** dcmtk's storescu under this AE title: one association for the whole folder. */
export function pushFolder(hub: HubUnderTest, callingAeTitle: string, folder: string) {
  const to = ["127.0.0.1", String(hub.dicomPort)];
  return runDcmtk("storescu", ["-v", "-aet", callingAeTitle, "-aec", "HUB", ...to, "+sd", "+r", folder]);
}
