import { type DicomJsonDataSet, dicomJson } from "../../core/dicom/dicom-json.ts";
import { part10Header } from "../../core/dicom/part10-header.ts";
import { readPart10 } from "../../core/dicom/read-part10.ts";
import { DimseFault } from "./dimse-fault.ts";
import type { DimseRequest } from "./dimse-service.ts";

/** A list of 30 000 instances, the longest that a device would send, is 5 MB. */
const MAX_BYTES = 8 * 1024 * 1024;
const INVALID_ATTRIBUTE_VALUE = 0x0106;
const RESOURCE_LIMITATION = 0x0213;

export interface ReadDataSet {
  readonly dataSet: DicomJsonDataSet;
  /** Specific Character Set (0008,0005) as it was sent; in the decoded data set it is UTF-8. */
  readonly characterSet: string;
}

/** The whole data set of a request that carries attributes and no pixels, texts decoded. Throws DimseFault. */
export async function readDataSet(request: DimseRequest): Promise<ReadDataSet> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request.dataSet) {
    length += piece.length;
    if (length > MAX_BYTES) throw new DimseFault(RESOURCE_LIMITATION, "Data set is longer than 8 MiB");
    pieces.push(piece);
  }
  const header = part10Header({
    sopClassUid: request.context.abstractSyntaxUid,
    sopInstanceUid: "2.25.0",
    transferSyntaxUid: request.context.transferSyntaxUid,
    sourceAeTitle: "",
  });
  try {
    const { dataSet } = readPart10(Buffer.concat([header, ...pieces]), true);
    return { dataSet: dicomJson(dataSet), characterSet: dataSet.string("x00080005") ?? "" };
  } catch {
    throw new DimseFault(INVALID_ATTRIBUTE_VALUE, "Data set cannot be read");
  }
}
