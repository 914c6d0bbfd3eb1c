import { type DicomJsonAttribute, type DicomJsonDataSet, dicomJson } from "../../dicom/dicom-json.ts";
import { HEADER_LIMIT_BYTES, readPart10 } from "../../dicom/read-part10.ts";
import { DomainError } from "../../errors.ts";
import { type IdentityOverlay, overlaidJson } from "../../patient/identity-overlay.ts";
import type { BlobStore } from "../../ports.ts";
import type { StoredInstance } from "../postgres/stored-instances.ts";

/** Where DICOMweb is mounted: links in stored metadata begin with it. */
const DICOMWEB_PATH = "/dicom-web";

/** An instance's header as DICOM JSON, read from its blob; what is bulk data is linked. */
export async function instanceJson(
  blobs: BlobStore,
  studyInstanceUid: string,
  instance: StoredInstance,
  overlay: IdentityOverlay | null = null,
): Promise<DicomJsonDataSet> {
  const { byteLength, pixelDataOffset, blobKey } = instance;
  const own = `${DICOMWEB_PATH}/studies/${studyInstanceUid}/series/${instance.seriesInstanceUid}/instances/${instance.sopInstanceUid}`;
  // Up to and with the pixel data element's head, which ends the reading.
  const end = Math.min(pixelDataOffset ?? byteLength, HEADER_LIMIT_BYTES);
  const head = await blobs.read(blobKey, { start: 0, end });
  try {
    const { dataSet, transferSyntaxUid } = readPart10(head, end === byteLength);
    const json = dicomJson(dataSet, { bulkDataUri: (path) => `${own}/bulkdata/${path}` });
    // Available Transfer Syntax UID (0008,3002): what /frames gives with transfer-syntax=*
    return { ...overlaidJson(json, overlay), "00083002": uid(transferSyntaxUid) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    // One damaged header must not hide its whole series: what the index knows of it still tells what it is.
    return {
      "00080018": uid(instance.sopInstanceUid),
      "0020000E": uid(instance.seriesInstanceUid),
      "00083002": uid(instance.transferSyntaxUid),
    };
  }
}

function uid(value: string): DicomJsonAttribute {
  return { vr: "UI", Value: [value] };
}
