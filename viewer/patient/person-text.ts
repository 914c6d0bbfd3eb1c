import { sexText } from "../desk/sex-text.ts";
import type { Text } from "../i18n/use-text.ts";
import { dicomDateTimeText } from "../reading/instant-text.ts";

interface NamedPerson {
  readonly name: string;
  readonly patientId: string;
  readonly birthDate: string;
  readonly sex: string;
}

/** "李娜 · 女 · 1956-04-01 · P-1": enough to tell two people apart. */
export function personText(person: NamedPerson, text: Text): string {
  return [
    person.name || text("patient.no-name"),
    person.sex === "" ? "" : sexText(person.sex, text),
    dicomDateTimeText(person.birthDate),
    person.patientId,
  ]
    .filter((part) => part !== "")
    .join(" · ");
}
