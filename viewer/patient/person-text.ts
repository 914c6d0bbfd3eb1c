import { sexText } from "../desk/sex-text.ts";
import type { Text } from "../i18n/use-text.ts";
import { dicomDateTimeText } from "../reading/instant-text.ts";

export interface NamedPerson {
  readonly name: string;
  readonly patientId: string;
  readonly birthDate: string;
  readonly sex: string;
}

/** "李娜 · 女 · 1956-04-01 · P-1": enough to tell two people apart. */
export function personText(person: NamedPerson, text: Text): string {
  return personParts(person, text)
    .map(([, part]) => part)
    .join(" · ");
}

/** The same, piece by piece; what is not known is not there. */
export function personParts(person: NamedPerson, text: Text): readonly (readonly [keyof NamedPerson, string])[] {
  const parts = [
    ["name", person.name || text("patient.no-name")],
    ["sex", person.sex === "" ? "" : sexText(person.sex, text)],
    ["birthDate", dicomDateTimeText(person.birthDate)],
    ["patientId", person.patientId],
  ] as const;
  return parts.filter(([, part]) => part !== "");
}
