import { createHash } from "node:crypto";
import type { IdentityDifference } from "./identity-difference.ts";

/** Says which difference somebody was shown, so that nothing else is done in its name. */
export function differenceToken(difference: IdentityDifference): string {
  return createHash("sha256").update(JSON.stringify(difference)).digest("base64url");
}
