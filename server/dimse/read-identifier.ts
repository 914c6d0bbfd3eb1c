import type { Element } from "dicom-parser";
import { decodeText } from "../../core/dicom/character-set.ts";
import { elementOfTag } from "../../core/dicom/dictionary.ts";
import { part10Header } from "../../core/dicom/part10-header.ts";
import { readPart10 } from "../../core/dicom/read-part10.ts";
import type { DataSet } from "../../core/infra/upper-layer/data-set-stream.ts";
import { identifierFault } from "./dimse-fault.ts";
import type { DimseRequest } from "./dimse-service.ts";

export interface IdentifierKey {
  readonly vr: string;
  /** Decoded, padding taken off; several values stand with `\` between, a sequence is "". */
  readonly text: string;
}

/** The identifier of a C-FIND, C-MOVE or C-GET request (PS3.4 §C.4). */
export interface Identifier {
  /** Specific Character Set (0008,0005) as it was sent; "" when it was not. */
  readonly characterSet: string;
  /** Eight upper-case hex digits → what was asked, in the order of the data set. */
  readonly keys: ReadonlyMap<string, IdentifierKey>;
}

/** A list of ten thousand UIDs of 64 characters is 650 KB: the longest that anyone means. */
const MAX_IDENTIFIER_BYTES = 1024 * 1024;

/**
 * Takes the whole data set of the request. Throws DimseFault A900 for one that cannot be read. NUL and unpaired
 * surrogates are left out of texts: Postgres takes neither.
 */
export async function readIdentifier(request: DimseRequest): Promise<Identifier> {
  const bytes = await collect(request.dataSet);
  const meta = {
    sopClassUid: request.context.abstractSyntaxUid,
    sopInstanceUid: "2.25.0",
    transferSyntaxUid: request.context.transferSyntaxUid,
    sourceAeTitle: "",
  };
  const header = part10Header(meta);
  const { dataSet } = parse(Buffer.concat([header, bytes]));
  const text = (element: Element, characterSet: string, vr: string) =>
    decodeText(
      dataSet.byteArray.subarray(element.dataOffset, element.dataOffset + element.length),
      characterSet,
      vr === "PN" ? "person-name" : "text",
    )
      .replaceAll("\0", "")
      .trim()
      .toWellFormed();
  const set = dataSet.elements.x00080005;
  const characterSet = set ? text(set, "", "CS") : "";
  const keys = new Map<string, IdentifierKey>();
  for (const [name, element] of Object.entries(dataSet.elements)) {
    const tag = name.slice(1).toUpperCase();
    const vr = element.vr ?? elementOfTag(tag)?.vr ?? "UN";
    if (tag === "00080005" || tag.endsWith("0000") || element.dataOffset + element.length > dataSet.byteArray.length)
      continue;
    keys.set(tag, { vr, text: vr === "SQ" || element.items ? "" : text(element, characterSet, vr) });
  }
  return { characterSet, keys };
}

async function collect(dataSet: DataSet): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of dataSet) {
    length += piece.length;
    if (length > MAX_IDENTIFIER_BYTES) throw identifierFault("Identifier is longer than 1 MiB");
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function parse(file: Buffer) {
  try {
    return readPart10(file, true);
  } catch {
    throw identifierFault("Identifier cannot be read");
  }
}
