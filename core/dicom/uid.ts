/** PS3.5 §9.1, as devices in the field write it: digits and dots, at most 64, no empty component. */
export function isUid(text: string): boolean {
  return text.length <= 64 && /^\d+(\.\d+)+$/.test(text);
}

export const EXPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";
export const IMPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2";
export const EXPLICIT_VR_BIG_ENDIAN = "1.2.840.10008.1.2.2";
export const DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2.1.99";

/** Ours, under the UUID-derived arc of PS3.5 §B.2. */
export const IMPLEMENTATION_CLASS_UID = "2.25.281307468917104915402841150183961104216";
export const IMPLEMENTATION_VERSION_NAME = "TELEHUB_1";

/** A new UID under 2.25 (PS3.5 §B.2) from a random UUID. */
export function newUid(): string {
  return `2.25.${BigInt(`0x${crypto.randomUUID().replaceAll("-", "")}`)}`;
}
