import { blankComments } from "../../deidentify/blank-comments.ts";
import { blankPixels } from "../../deidentify/blank-pixels.ts";
import type { PixelDecision } from "../../deidentify/decide-pixels.ts";
import { numberOf, textElement, textOf } from "../../deidentify/element-text.ts";
import { type DataElement, elementHead } from "../../dicom/data-elements.ts";
import { nativeFrameBits } from "../../dicom/frame-offsets.ts";
import { DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN } from "../../dicom/uid.ts";
import { DomainError } from "../../errors.ts";
import type { PixelFormat } from "../../image/study-model.ts";
import type { StoredInstance } from "../postgres/stored-instances.ts";
import type { ExportParts } from "./export-instance.ts";

export interface ExportedPixels {
  readonly transferSyntaxUid: string;
  /** Elements that the pixels now contradict, put right. */
  readonly changed: readonly DataElement[];
  /** The pixel data element with its head, to be iterated once. */
  readonly bytes: AsyncIterable<Buffer>;
}

interface PixelSource {
  readonly elements: readonly DataElement[];
  readonly isNative: boolean;
  readonly decision: Exclude<PixelDecision, { readonly kind: "refuse" }>;
}

type Blank = Extract<PixelDecision, { readonly kind: "blank" }>;

const PIXEL_DATA = 0x7fe00010;
const ITEM = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
const SEQUENCE_END = Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]);
/** PS3.15 §E.3.1: said of every picture that went through the Clean Pixel Data Option. */
const NOT_BURNED_IN = textElement(0x00280301, "CS", "NO");

/**
 * The pixel data as they go out: native ones as they lie, codestreams frame by frame without their comments, and what is
 * blackened as native frames. "unreadable" when header and pixels do not fit.
 */
export async function exportPixels(
  parts: ExportParts,
  instance: StoredInstance,
  source: PixelSource,
): Promise<ExportedPixels | "unreadable"> {
  const { elements, isNative, decision } = source;
  const format = formatOf(elements);
  const frames = Math.max(1, Number.parseInt(textOf(elements, 0x00280008), 10) || 1);
  try {
    if (decision.kind === "blank") return await blanked(parts, instance, { format, frames, isNative, decision });
    if (!isNative)
      return {
        transferSyntaxUid: instance.transferSyntaxUid,
        changed: [NOT_BURNED_IN],
        bytes: encapsulated(parts, instance, frames),
      };
    return await native(parts, instance, format, frames);
  } catch (error) {
    if (!(error instanceof DomainError) || error.kind === "unavailable") throw error;
    return "unreadable";
  }
}

async function native(
  { blobs, frames: reader }: ExportParts,
  instance: StoredInstance,
  format: PixelFormat,
  frames: number,
): Promise<ExportedPixels> {
  const isDeflated = instance.transferSyntaxUid === DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN;
  const start = instance.pixelDataOffset;
  if (isDeflated || start === null)
    return asNative(await reader.read(instance, upTo(frames)), frames, [NOT_BURNED_IN], format);
  const length = (await blobs.read(instance.blobKey, { start: start - 4, end: start })).readUInt32LE(0);
  const layout = { ...format, numberOfFrames: frames };
  const bits = (isSubsampled: boolean) => Math.ceil((nativeFrameBits({ ...layout, isSubsampled }) * frames) / 8);
  const isSubsampled = /_42[02]$/.test(format.photometricInterpretation) && length < bits(false);
  const size = bits(isSubsampled);
  // what stands after the last frame is no pixel: it stays behind
  const end = start + size;
  if (length < size || end > instance.byteLength) throw new DomainError("dicom-truncated");
  return {
    transferSyntaxUid: EXPLICIT_VR_LITTLE_ENDIAN,
    changed: [NOT_BURNED_IN],
    bytes: (async function* () {
      yield elementHead(PIXEL_DATA, "OW", size + (size % 2));
      let given = 0;
      for await (const chunk of await blobs.open(instance.blobKey, { start, end })) {
        given += (chunk as Buffer).length;
        yield chunk as Buffer;
      }
      if (given !== size) throw new DomainError("dicom-truncated");
      if (size % 2 === 1) yield Buffer.alloc(1);
    })(),
  };
}

/** One item a frame, under an empty offset table (PS3.5 §A.4). */
async function* encapsulated(
  { frames: reader }: ExportParts,
  instance: StoredInstance,
  frames: number,
): AsyncGenerator<Buffer> {
  yield Buffer.concat([elementHead(PIXEL_DATA, "OB", null), ITEM]);
  for await (const codestream of await reader.read(instance, upTo(frames))) {
    const bytes = Buffer.alloc(codestream.length + (codestream.length % 2));
    codestream.copy(bytes);
    blankComments(bytes);
    const head = Buffer.from(ITEM);
    head.writeUInt32LE(bytes.length, 4);
    yield head;
    yield bytes;
  }
  yield SEQUENCE_END;
}

interface BlankRequest {
  readonly format: PixelFormat;
  readonly frames: number;
  readonly isNative: boolean;
  readonly decision: Blank;
}

async function blanked(parts: ExportParts, instance: StoredInstance, request: BlankRequest): Promise<ExportedPixels> {
  const { format, frames, isNative, decision } = request;
  if (![8, 16, 32].includes(format.bitsAllocated)) throw new DomainError("dicom-unreadable");
  const out = isNative || format.samplesPerPixel === 1 ? format : rgbOf(format);
  const layout = { ...out, isPlanar: out.planarConfiguration === 1 };
  const size = nativeFrameBits({ ...out, numberOfFrames: frames, isSubsampled: false }) / 8;
  const stored = await parts.frames.read(instance, upTo(frames));
  const made = (async function* () {
    for await (const bytes of stored) {
      const frame = isNative ? Buffer.from(bytes) : await decoded(parts, instance, bytes, format);
      // subsampled colour has fewer bytes than whole pixels: where a region ends cannot be said in it
      if (frame.length !== size) throw new DomainError("dicom-unreadable");
      blankPixels(frame, layout, decision.regions, decision.isOutside);
      yield frame;
    }
  })();
  const changed = out === format ? [] : colourElements();
  return asNative(made, frames, [...changed, NOT_BURNED_IN], out);
}

/** Stored values of the header's size, or R G B. */
async function decoded(
  { codecs }: ExportParts,
  { transferSyntaxUid }: StoredInstance,
  bytes: Buffer,
  format: PixelFormat,
): Promise<Buffer> {
  // entries of a palette are values like others
  const isPalette = format.photometricInterpretation === "PALETTE COLOR";
  const asGrey = isPalette ? { ...format, photometricInterpretation: "MONOCHROME2" } : format;
  const frame = await codecs.run("decode", { bytes: new Uint8Array(bytes), transferSyntaxUid, format: asGrey });
  if (frame.kind === "colour") {
    const rgb = Buffer.alloc((frame.rgba.length / 4) * 3);
    for (let from = 0, to = 0; from < frame.rgba.length; from += 4, to += 3)
      rgb.set(frame.rgba.subarray(from, from + 3), to);
    return rgb;
  }
  const width = format.bitsAllocated / 8;
  const grey = Buffer.alloc(frame.pixels.length * width);
  frame.pixels.forEach((value, i) => {
    if (width === 1) grey[i] = value & 0xff;
    else if (width === 2) grey.writeUInt16LE(value & 0xffff, i * 2);
    else grey.writeUInt32LE(value >>> 0, i * 4);
  });
  return grey;
}

function rgbOf(format: PixelFormat): PixelFormat {
  return {
    ...format,
    photometricInterpretation: "RGB",
    samplesPerPixel: 3,
    planarConfiguration: 0,
    bitsAllocated: 8,
    bitsStored: 8,
  };
}

function colourElements(): readonly DataElement[] {
  const us = (tag: number, number: number): DataElement => ({ tag, vr: "US", value: Buffer.from([number, 0]) });
  return [
    textElement(0x00280004, "CS", "RGB"),
    us(0x00280002, 3),
    us(0x00280006, 0),
    us(0x00280100, 8),
    us(0x00280101, 8),
    us(0x00280102, 7),
    us(0x00280103, 0),
  ];
}

/** Whole frames one after the other as an element of native pixel data. */
function asNative(
  frames: AsyncIterable<Buffer>,
  count: number,
  changed: readonly DataElement[],
  format: PixelFormat,
): ExportedPixels {
  const bits = nativeFrameBits({ ...format, numberOfFrames: count, isSubsampled: false });
  const size = (bits / 8) * count;
  if (!Number.isInteger(bits / 8)) throw new DomainError("dicom-unreadable");
  return {
    transferSyntaxUid: EXPLICIT_VR_LITTLE_ENDIAN,
    changed,
    bytes: (async function* () {
      yield elementHead(PIXEL_DATA, "OW", size + (size % 2));
      let given = 0;
      for await (const frame of frames) {
        given += frame.length;
        yield frame;
      }
      if (given !== size) throw new DomainError("dicom-truncated");
      if (size % 2 === 1) yield Buffer.alloc(1);
    })(),
  };
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

function formatOf(elements: readonly DataElement[]): PixelFormat {
  const bitsAllocated = numberOf(elements, 0x00280100) ?? 16;
  return {
    rows: numberOf(elements, 0x00280010) ?? 0,
    columns: numberOf(elements, 0x00280011) ?? 0,
    samplesPerPixel: numberOf(elements, 0x00280002) ?? 1,
    photometricInterpretation: textOf(elements, 0x00280004) || "MONOCHROME2",
    planarConfiguration: numberOf(elements, 0x00280006) ?? 0,
    bitsAllocated,
    bitsStored: numberOf(elements, 0x00280101) ?? bitsAllocated,
    pixelRepresentation: numberOf(elements, 0x00280103) ?? 0,
  };
}
