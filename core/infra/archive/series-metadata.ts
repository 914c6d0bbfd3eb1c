import { dicomJsonText } from "../../dicom/dicom-json.ts";
import { eachOf } from "../../each-of.ts";
import type { IdentityOverlay } from "../../patient/identity-overlay.ts";
import type { BlobStore } from "../../ports.ts";
import type { StoredInstance } from "../postgres/stored-instances.ts";
import { instanceJson } from "./instance-json.ts";

const READS_AT_ONCE = 8;

/** The metadata of a series as it goes out (PS3.18 §10.4.1.1.2): a JSON array, in the instances' order. */
export async function seriesMetadataJson(
  blobs: BlobStore,
  studyInstanceUid: string,
  instances: readonly StoredInstance[],
  overlay: IdentityOverlay | null,
): Promise<Buffer> {
  const texts = await eachOf(instances, READS_AT_ONCE, async (instance) =>
    dicomJsonText(await instanceJson(blobs, studyInstanceUid, instance, overlay)),
  );
  return Buffer.from(`[${texts.join(",\n")}]`);
}
