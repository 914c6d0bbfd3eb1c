import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { dataSetOf, smallCt } from "../support/small-studies.ts";
import type { Outgoing } from "./senders.ts";

export interface OutgoingFile extends Outgoing {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  /** SHA-256 of what C-STORE carries of it. */
  readonly digest: string;
}

const PER_STUDY = 50;

/** So many slices of small CT studies, as files in a new folder. */
export async function writeOutgoing(folder: string, count: number): Promise<readonly OutgoingFile[]> {
  await mkdir(folder);
  const files: OutgoingFile[] = [];
  while (files.length < count) {
    for (const slice of smallCt({ slices: Math.min(PER_STUDY, count - files.length) })) {
      const file = path.join(folder, `${files.length}.dcm`);
      await writeFile(file, slice.bytes);
      const digest = createHash("sha256").update(dataSetOf(slice.bytes)).digest("hex");
      files.push({ ...slice, path: file, bytes: Buffer.from(slice.bytes), digest });
    }
  }
  return files;
}
