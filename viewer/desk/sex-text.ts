import type { Text } from "../i18n/use-text.ts";

/** DICOM CS (0010,0040): M, F, O or empty; anything else is unknown too. */
export function sexText(sex: string, text: Text): string {
  return text(sex === "M" || sex === "F" || sex === "O" ? `sex.${sex}` : "sex.");
}
