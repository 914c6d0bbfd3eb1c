import type { PaletteTable } from "../../decode/decoded-frame.ts";
import { DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN } from "../../dicom/uid.ts";
import { framesOfInstance } from "../../image/frames-of-instance.ts";
import { paletteTable } from "../../image/palette-table.ts";
import type { Frame } from "../../image/study-model.ts";
import type { BlobStore } from "../../ports.ts";
import type { StoredInstance } from "../postgres/stored-instances.ts";
import { readBulkData } from "./bulk-data.ts";
import { instanceJson } from "./instance-json.ts";

/** What an instance's header says of its frames. */
export interface FrameDescription {
  /** Empty when the instance has no pixels that could be shown. */
  readonly frames: readonly Frame[];
  readonly palette: PaletteTable | undefined;
}

/** Where the pixels of a deflated data set lie is not known before it is unfolded. */
export function mayHavePixels({ pixelDataOffset, transferSyntaxUid }: StoredInstance): boolean {
  return pixelDataOffset !== null || transferSyntaxUid === DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN;
}

export async function describeFrames(
  blobs: BlobStore,
  studyInstanceUid: string,
  instance: StoredInstance,
): Promise<FrameDescription> {
  if (!mayHavePixels(instance)) return { frames: [], palette: undefined };
  const json = await instanceJson(blobs, studyInstanceUid, instance);
  const frames = framesOfInstance(json);
  const [first] = frames;
  if (!first || first.format.rows === 0 || first.format.columns === 0) return { frames: [], palette: undefined };
  const bulkData = async (uri: string) =>
    new Uint8Array(await readBulkData(blobs, instance, uri.slice(uri.lastIndexOf("/bulkdata/") + 10).split("/")));
  return { frames, palette: first.palette ? await paletteTable(first.palette, bulkData) : undefined };
}
