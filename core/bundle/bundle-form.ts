import { TRANSFER_SYNTAXES } from "../dicom/transfer-syntaxes.ts";
import type { PixelFormat } from "../image/study-model.ts";

/** The small picture of a frame has this many pixels at most on its longer side. */
const PREVIEW_SIDE = 128;

export const HTJ2K_LOSSLESS_RPCL = "1.2.840.10008.1.2.4.202";

/**
 * The form of a frame's samples once it is encoded again without loss; null where that cannot be, and the frame is given as
 * it is stored: pixels that went through a lossy step already, palettes, colour in YCbCr, samples wider than 16 bits.
 */
export function encodedFormat(format: PixelFormat, storedTransferSyntaxUid: string): PixelFormat | null {
  const stored = TRANSFER_SYNTAXES.get(storedTransferSyntaxUid);
  if (!stored || stored.lossy) return null;
  const { samplesPerPixel, photometricInterpretation, bitsAllocated } = format;
  if (samplesPerPixel === 1 && /^MONOCHROME[12]$/.test(photometricInterpretation))
    return bitsAllocated === 8 || bitsAllocated === 16 ? format : null;
  if (samplesPerPixel === 3 && photometricInterpretation === "RGB" && bitsAllocated === 8)
    return { ...format, planarConfiguration: 0 };
  return null;
}

/** How many times a picture of this size is halved for the preview: 2 for 512 × 512 at 128. */
export function previewReduction({ rows, columns }: PixelFormat, levels: number): number {
  let reduction = 0;
  while (reduction < levels && Math.max(rows, columns) / 2 ** reduction > PREVIEW_SIDE) reduction++;
  return reduction;
}
