import type { PixelFormat } from "../image/study-model.ts";

export type GreyPixels =
  | Uint8Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>;

/** Stored values, before rescale and window, in the header's sign and bits. */
export interface GreyFrame {
  readonly kind: "grey";
  readonly rows: number;
  readonly columns: number;
  readonly pixels: GreyPixels;
  readonly min: number;
  readonly max: number;
}

export interface ColourFrame {
  readonly kind: "colour";
  readonly rows: number;
  readonly columns: number;
  /** R G B 255, row by row. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

export type DecodedFrame = GreyFrame | ColourFrame;

/** A palette ready to use: three bytes an entry; stored value `firstMapped` is entry 0 (PS3.3 C.7.6.3.1.5). */
export interface PaletteTable {
  readonly firstMapped: number;
  readonly rgb: Uint8Array<ArrayBuffer>;
}

export interface DecodeRequest {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly transferSyntaxUid: string;
  readonly format: PixelFormat;
  readonly palette?: PaletteTable;
  /** The bytes are the beginning of a codestream that shows a picture 2^reduction times smaller. */
  readonly reduction?: number;
}

export function frameByteLength(frame: DecodedFrame): number {
  return frame.kind === "grey" ? frame.pixels.byteLength : frame.rgba.byteLength;
}
