/**
 * Reading the DICOM JSON Model (PS3.18 annex F). Tags are eight hex digits; a missing or empty attribute is undefined
 * or an empty list, never an error: what a study must have is the study model's business.
 */
export interface DicomJsonElement {
  readonly vr?: string;
  readonly Value?: readonly unknown[];
  readonly InlineBinary?: string;
  readonly BulkDataURI?: string;
}

export type DicomJsonDataset = Readonly<Record<string, DicomJsonElement | undefined>>;

export function stringsOf(dataset: DicomJsonDataset | undefined, tag: string): readonly string[] {
  const values = dataset?.[tag]?.Value ?? [];
  return values.filter((value) => typeof value === "string" || typeof value === "number").map((value) => String(value));
}

export function stringOf(dataset: DicomJsonDataset | undefined, tag: string): string | undefined {
  const value = stringsOf(dataset, tag)[0]?.trim();
  return value === "" ? undefined : value;
}

/** DS and IS arrive as numbers or, from some servers, as strings. What is no number is left out. */
export function numbersOf(dataset: DicomJsonDataset | undefined, tag: string): readonly number[] {
  return stringsOf(dataset, tag)
    .filter((value) => value.trim() !== "")
    .map(Number)
    .filter(Number.isFinite);
}

export function numberOf(dataset: DicomJsonDataset | undefined, tag: string): number | undefined {
  return numbersOf(dataset, tag)[0];
}

export function itemsOf(dataset: DicomJsonDataset | undefined, tag: string): readonly DicomJsonDataset[] {
  const values = dataset?.[tag]?.Value ?? [];
  return values.filter((value): value is DicomJsonDataset => typeof value === "object" && value !== null);
}

export interface PersonName {
  /** Ideographic group, as a reader in China says it. */
  readonly han: string;
  /** Alphabetic group with the carets as spaces. */
  readonly latin: string;
}

export function personNameOf(dataset: DicomJsonDataset | undefined, tag: string): PersonName {
  const value = dataset?.[tag]?.Value?.[0];
  if (typeof value === "string") {
    const [latin = "", han = ""] = value.split("=");
    return { han: plainName(han), latin: plainName(latin) };
  }
  if (typeof value !== "object" || value === null) return { han: "", latin: "" };
  const group = (key: string): string => {
    const text: unknown = Reflect.get(value, key);
    return typeof text === "string" ? plainName(text) : "";
  };
  return { han: group("Ideographic"), latin: group("Alphabetic") };
}

function plainName(group: string): string {
  const parts = group.split("^").filter((part) => part.trim() !== "");
  const joined = parts.join(" ").replace(/\s+/g, " ").trim();
  // Han names are written without a gap between family and given name.
  return /^[\p{Script=Han}\s]+$/u.test(joined) ? joined.replace(/\s/g, "") : joined;
}
