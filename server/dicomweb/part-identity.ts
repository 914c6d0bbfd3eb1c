import type { DataSet } from "dicom-parser";
import { readPart10 } from "../../core/dicom/read-part10.ts";
import { isUid } from "../../core/dicom/uid.ts";

/** What can be read of who an instance is, from as much of its beginning as there is. */
export interface PartIdentity {
  readonly sopClassUid?: string;
  readonly sopInstanceUid?: string;
  readonly studyInstanceUid?: string;
}

/** Never throws: a part that is refused is often one that cannot be read. */
export function partIdentity(head: Uint8Array): PartIdentity {
  try {
    const { dataSet } = readPart10(head, false);
    return {
      ...uid(dataSet, "x00080016", "sopClassUid"),
      ...uid(dataSet, "x00080018", "sopInstanceUid"),
      ...uid(dataSet, "x0020000d", "studyInstanceUid"),
    };
  } catch {
    return {};
  }
}

function uid(dataSet: DataSet, tag: string, name: keyof PartIdentity): PartIdentity {
  const element = dataSet.elements[tag];
  if (!element || element.dataOffset + element.length > dataSet.byteArray.length) return {};
  const value = dataSet.string(tag)?.trim() ?? "";
  return isUid(value) ? { [name]: value } : {};
}
