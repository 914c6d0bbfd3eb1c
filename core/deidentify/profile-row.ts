import { BASIC_PROFILE, CLEAN_DESCRIPTORS, NEVER_SHIFTED, PATIENT_CHARACTERISTICS } from "./profile-table.ts";

/** What the profile does where nothing keeps the attribute's type in its IOD from it: the last of the table's codes. */
export type BasicAction = "D" | "Z" | "X" | "U" | "U*";

export interface ProfileRow {
  /** As the table has it: "X/Z/D". */
  readonly code: string;
  /** The action that leaves the IOD valid whatever the attribute's type is: a value where one may be needed. */
  readonly basic: BasicAction;
  readonly hasDescriptors: boolean;
  readonly isCharacteristic: boolean;
  /** A date or time that is not shifted, but goes as the basic profile has it. */
  readonly isNeverShifted: boolean;
}

let rows: ReadonlyMap<number, ProfileRow> | undefined;

/** The row of Table E.1-1, for a tag as a number; curves and overlays are not asked for here. */
export function profileRow(tag: number): ProfileRow | undefined {
  rows ??= unfolded();
  return rows.get(tag);
}

export function profileTags(): readonly number[] {
  rows ??= unfolded();
  return [...rows.keys()];
}

function unfolded(): ReadonlyMap<number, ProfileRow> {
  const descriptors = new Set(CLEAN_DESCRIPTORS.trim().split("\n").flatMap(tagsOf));
  const characteristics = new Set(tagsOf(PATIENT_CHARACTERISTICS));
  const neverShifted = new Set(tagsOf(NEVER_SHIFTED));
  const table = new Map<number, ProfileRow>();
  for (const line of BASIC_PROFILE.trim().split("\n")) {
    const space = line.indexOf(" ");
    const code = line.slice(0, space);
    for (const tag of tagsOf(line.slice(space + 1)))
      table.set(tag, {
        code,
        basic: (code.split("/").at(-1) ?? "X") as BasicAction,
        hasDescriptors: descriptors.has(tag),
        isCharacteristic: characteristics.has(tag),
        isNeverShifted: neverShifted.has(tag),
      });
  }
  return table;
}

function tagsOf(line: string): readonly number[] {
  const [group = "", ...elements] = line.split(" ");
  return elements.map((element) => Number.parseInt(group + element, 16));
}
