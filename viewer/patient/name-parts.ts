/** A component group of a name (PS3.5 §6.2 PN): what people write in two fields, and what follows them. */
export interface NameParts {
  readonly family: string;
  readonly given: string;
  /** Middle name, prefix and suffix, which stay as they are. */
  readonly rest: string;
}

export function namePartsOf(group: string): NameParts {
  const [family = "", given = "", ...rest] = group.split("^");
  return { family, given, rest: rest.join("^") };
}

export function nameGroupOf({ family, given, rest }: NameParts): string {
  return [family.trim(), given.trim(), rest].join("^").replace(/\^+$/, "");
}
