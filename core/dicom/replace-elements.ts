import { deflateRawSync } from "node:zlib";
import type { DemoCharset } from "../demo/text-encoder.ts";
import { decodeText } from "./character-set.ts";
import type { DicomJsonDataSet } from "./dicom-json.ts";
import { type ElementEncoding, LONG_LENGTH, type WalkedElement, walkElements, walkItems } from "./element-walk.ts";
import { encodeElements } from "./encode-data-set.ts";
import { readPart10 } from "./read-part10.ts";
import { DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from "./uid.ts";

export interface Replacement {
  /** In the place of what stands there. */
  readonly set: DicomJsonDataSet;
  readonly removed: readonly string[];
  /** One more item at the end of this sequence. */
  readonly append: { readonly tag: string; readonly item: DicomJsonDataSet };
}

const CHARACTER_SETS: readonly DemoCharset[] = ["ISO_IR 192", "GB18030", "GBK", "\\ISO 2022 IR 58"];
const CHARACTER_SET = "00080005";
const IN_CHARACTER_SET = new Set(["LO", "LT", "PN", "SH", "ST", "UC", "UT"]);
const UNDEFINED_LENGTH = 0xffffffff;

/**
 * The head of a Part 10 file (all of it, or up to the value of its pixel data) with elements of its top level replaced,
 * removed and added; every other byte stays. New text is written in the file's own character set; where that does not hold
 * it, all text of the header is written anew in UTF-8. Throws `dicom-unreadable` or `dicom-truncated`.
 */
export function replaceElements(head: Buffer, isWhole: boolean, replacement: Replacement): Buffer {
  const { dataSet, dataSetOffset, transferSyntaxUid } = readPart10(head, isWhole);
  const isDeflated = transferSyntaxUid === DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN;
  const unfolded = Buffer.from(dataSet.byteArray.buffer, dataSet.byteArray.byteOffset, dataSet.byteArray.byteLength);
  const encoding: ElementEncoding = {
    isImplicitVr: transferSyntaxUid === IMPLICIT_VR_LITTLE_ENDIAN,
    isBigEndian: transferSyntaxUid === EXPLICIT_VR_BIG_ENDIAN,
  };
  const declared = dataSet.string("x00080005")?.trim();
  const own = CHARACTER_SETS.find((each) => each === declared || each === declared?.replace(/^ISO_IR 6(?=\\)/, ""));
  const body = unfolded.subarray(dataSetOffset);
  const replaced =
    replacedIn(body, encoding, replacement, own ?? null) ??
    replacedIn(
      inUtf8(body, encoding, declared),
      encoding,
      { ...replacement, set: { ...replacement.set, [CHARACTER_SET]: { vr: "CS", Value: ["ISO_IR 192"] } } },
      "ISO_IR 192",
    );
  const meta = head.subarray(0, dataSetOffset);
  return Buffer.concat([meta, isDeflated ? deflateRawSync(replaced ?? body) : (replaced ?? body)]);
}

/** Null when the character set does not hold the new text; `characterSet` null: it holds ASCII only. */
function replacedIn(
  body: Buffer,
  encoding: ElementEncoding,
  { set, removed, append }: Replacement,
  characterSet: DemoCharset | null,
): Buffer | null {
  const encode = (elements: DicomJsonDataSet) =>
    encodeElements(elements, { ...encoding, characterSet: characterSet ?? "ISO_IR 192" });
  const added = new Map<string, Buffer>();
  let item: Buffer;
  try {
    for (const [tag, attribute] of Object.entries(set)) added.set(tag, encode({ [tag]: attribute }));
    item = encode(append.item);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  if (characterSet === null && !/^\p{ASCII}*$/u.test(JSON.stringify([set, append.item]))) return null;

  const pieces: Buffer[] = [];
  const waiting = [...added.keys(), append.tag].sort();
  const addBefore = (tag: string) => {
    while (waiting[0] !== undefined && waiting[0] < tag) {
      const next = waiting.shift() as string;
      pieces.push(added.get(next) ?? sequence(next, [], item, encoding));
    }
  };
  let end = 0;
  for (const element of walkElements(body, 0, body.length, encoding)) {
    end = element.end;
    const { tag } = element;
    addBefore(tag);
    if (tag === append.tag) {
      waiting.shift();
      const before = element.isSequence ? [body.subarray(element.valueStart, element.valueEnd)] : [];
      pieces.push(sequence(tag, before, item, encoding));
    } else if (added.has(tag)) {
      waiting.shift();
      pieces.push(added.get(tag) as Buffer);
    } else if (!removed.includes(tag) && !isStaleLength(tag)) pieces.push(body.subarray(element.start, element.end));
  }
  addBefore("G");
  pieces.push(body.subarray(end)); // the head of pixel data, or what could not be read
  return Buffer.concat(pieces);
}

/** Group lengths (retired) would be wrong. */
function isStaleLength(tag: string): boolean {
  return tag.endsWith("0000");
}

function sequence(tag: string, before: readonly Buffer[], item: Buffer, encoding: ElementEncoding): Buffer {
  return Buffer.concat([
    head(tag, "SQ", UNDEFINED_LENGTH, encoding),
    ...before,
    head("FFFEE000", "", item.length, encoding),
    item,
    head("FFFEE0DD", "", 0, encoding),
  ]);
}

/** All text of the header, within sequences too, in UTF-8. */
function inUtf8(bytes: Buffer, encoding: ElementEncoding, declared: string | undefined): Buffer {
  return Buffer.concat(textsInUtf8(bytes, 0, bytes.length, encoding, declared, 0));
}

function textsInUtf8(
  bytes: Buffer,
  from: number,
  to: number,
  encoding: ElementEncoding,
  outer: string | undefined,
  depth: number,
): Buffer[] {
  const elements = [...walkElements(bytes, from, to, encoding, depth)];
  const label = elements.find(({ tag }) => tag === CHARACTER_SET);
  const characterSet = label ? bytes.toString("latin1", label.valueStart, label.valueEnd).trim() : outer;
  const pieces = elements.flatMap((element) => {
    if (element.tag === CHARACTER_SET && depth > 0) return [];
    if (element.isSequence && element.vr !== "UN") return itemsInUtf8(bytes, element, encoding, characterSet, depth);
    if (!IN_CHARACTER_SET.has(element.vr)) return [bytes.subarray(element.start, element.end)];
    const value = bytes.subarray(element.valueStart, element.valueEnd);
    if (value.every((byte) => byte < 0x80 && byte !== 0x1b)) return [bytes.subarray(element.start, element.end)];
    const text = Buffer.from(decodeText(value, characterSet, element.vr === "PN" ? "person-name" : "text"));
    const even = text.length % 2 === 0 ? text : Buffer.concat([text, Buffer.from(" ")]);
    return [head(element.tag, element.vr, even.length, encoding), even];
  });
  const end = elements.at(-1)?.end ?? from;
  return [...pieces, bytes.subarray(end, to)];
}

function itemsInUtf8(
  bytes: Buffer,
  element: WalkedElement,
  encoding: ElementEncoding,
  characterSet: string | undefined,
  depth: number,
): Buffer[] {
  const pieces = [head(element.tag, "SQ", UNDEFINED_LENGTH, encoding)];
  for (const { start, end } of walkItems(bytes, element, encoding, depth)) {
    const inner = textsInUtf8(bytes, start, end, encoding, characterSet, depth + 1);
    const length = inner.reduce((sum, piece) => sum + piece.length, 0);
    pieces.push(head("FFFEE000", "", length, encoding), ...inner);
  }
  return [...pieces, head("FFFEE0DD", "", 0, encoding)];
}

function head(tag: string, vr: string, length: number, { isImplicitVr, isBigEndian }: ElementEncoding): Buffer {
  const isShort = !isImplicitVr && vr !== "" && !LONG_LENGTH.has(vr);
  const bytes = Buffer.alloc(!isImplicitVr && LONG_LENGTH.has(vr) ? 12 : 8);
  const [group, element] = [Number.parseInt(tag.slice(0, 4), 16), Number.parseInt(tag.slice(4), 16)];
  const put16 = (value: number, at: number) =>
    isBigEndian ? bytes.writeUInt16BE(value, at) : bytes.writeUInt16LE(value, at);
  put16(group, 0);
  put16(element, 2);
  if (!isImplicitVr && vr !== "") bytes.write(vr, 4, "latin1");
  if (isShort) put16(length, 6);
  else if (isBigEndian) bytes.writeUInt32BE(length, bytes.length - 4);
  else bytes.writeUInt32LE(length, bytes.length - 4);
  return bytes;
}
