import { createHash } from "node:crypto";
import { readPart10 } from "../../core/dicom/read-part10.ts";
import { type AnswerPart, partsOf } from "../integration/dicomweb-hub.ts";
import { dataSetOf } from "../support/small-studies.ts";
import { pixelsOf } from "./described-stow.ts";
import type { KillableHub } from "./killable-hub.ts";
import type { OutgoingFile } from "./outgoing-files.ts";

/** SOP Instance UID → SHA-256 of the data set, of all instances of these studies as WADO-RS gives them. */
export async function givenDigests(
  hub: KillableHub,
  key: string,
  files: readonly OutgoingFile[],
): Promise<ReadonlyMap<string, string>> {
  const parts = await givenParts(hub, key, files);
  return new Map([...parts].map(([uid, bytes]) => [uid, createHash("sha256").update(dataSetOf(bytes)).digest("hex")]));
}

/** Of these instances, those whose pixels are not the ones that were sent. */
export async function withOtherPixels(
  hub: KillableHub,
  key: string,
  files: readonly OutgoingFile[],
): Promise<readonly string[]> {
  const parts = await givenParts(hub, key, files);
  return files.flatMap((file) => {
    const bytes = parts.get(file.sopInstanceUid);
    return bytes && pixelsOf({ bytes }).equals(pixelsOf(file)) ? [] : [file.sopInstanceUid];
  });
}

async function givenParts(
  hub: KillableHub,
  key: string,
  files: readonly OutgoingFile[],
): Promise<ReadonlyMap<string, Buffer>> {
  const given = new Map<string, Buffer>();
  for (const studyInstanceUid of new Set(files.map((file) => file.studyInstanceUid)))
    for (const { bytes } of await studyParts(hub, key, studyInstanceUid))
      given.set(readPart10(bytes, true).dataSet.string("x00080018") ?? "", bytes);
  return given;
}

async function studyParts(hub: KillableHub, key: string, studyInstanceUid: string): Promise<readonly AnswerPart[]> {
  const answer = await fetch(`${hub.url}/dicom-web/studies/${studyInstanceUid}`, {
    headers: {
      authorization: `Bearer ${key}`,
      accept: 'multipart/related; type="application/dicom"; transfer-syntax=*',
    },
  });
  if (answer.status !== 200) throw new Error(`a stored study is answered with ${answer.status}`);
  return partsOf(answer);
}
