import { isDecodable } from "../../decode/decode-samples.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN } from "../../dicom/uid.ts";

/** Lossless transfer syntaxes that there is an encoder for: HTJ2K, HTJ2K with RPCL, JPEG-LS, RLE. */
export const LOSSLESS_TARGETS: readonly string[] = [
  "1.2.840.10008.1.2.4.201",
  "1.2.840.10008.1.2.4.202",
  "1.2.840.10008.1.2.4.80",
  "1.2.840.10008.1.2.5",
];

/**
 * Can frames that are stored in one transfer syntax be given in another? Nothing is ever coded again with loss. What the
 * samples of a frame allow is seen on use.
 */
export function canTranscode(from: string, to: string): boolean {
  return isDecodable(from) && (to === EXPLICIT_VR_LITTLE_ENDIAN || LOSSLESS_TARGETS.includes(to));
}
