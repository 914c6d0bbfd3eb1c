import { createHash } from "node:crypto";

/**
 * A UID under 2.25 (PS3.5 §B.2: a UUID as one decimal integer), always the same for the same parts. The UUID is of
 * version 8 (RFC 9562: bits of one's own making), so it can't meet one that was drawn at random.
 */
export function demoUid(...parts: readonly (string | number)[]): string {
  const uuid = createHash("sha256").update(parts.join("\u0000")).digest().subarray(0, 16);
  uuid.writeUInt8(((uuid[6] ?? 0) & 0x0f) | 0x80, 6);
  uuid.writeUInt8(((uuid[8] ?? 0) & 0x3f) | 0x80, 8);
  return `2.25.${BigInt(`0x${uuid.toString("hex")}`)}`;
}
