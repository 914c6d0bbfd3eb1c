import type { Text } from "../i18n/use-text.ts";
import type { LoadFaultInfo } from "./load-fault.ts";

/** Why, in plain words, with the technical detail behind it where it helps whoever is asked for help. */
export function faultText(fault: LoadFaultInfo, text: Text): string {
  const why = text(`ct.fault-${fault.code}`);
  return fault.detail === "" ? why : `${why} (${fault.detail})`;
}
