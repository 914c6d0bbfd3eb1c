import { readPart10 } from "../dicom/read-part10.ts";
import { DomainError } from "../errors.ts";
import type { ByteRange } from "../ports.ts";

const PDF_END = Buffer.from("%%EOF");

/** Where the document stands in an Encapsulated PDF file, (0042,0011), without the padding to even length. */
export function encapsulatedPdfRange(file: Buffer): ByteRange {
  const element = readPart10(file, true).dataSet.elements.x00420011;
  if (!element) throw new DomainError("not-found");
  const end = element.dataOffset + element.length;
  const mark = file.lastIndexOf(PDF_END, end);
  const padded = file[end - 1] === 0 && mark >= element.dataOffset;
  return { start: element.dataOffset, end: padded ? end - 1 : end };
}
