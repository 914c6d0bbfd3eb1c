import { levelOfAttribute } from "../../core/dicom/attribute-level.ts";
import type { DicomJsonAttribute, DicomJsonDataSet } from "../../core/dicom/dicom-json.ts";
import { elementOfName } from "../../core/dicom/dictionary.ts";
import { eachOf } from "../../core/each-of.ts";
import { DomainError } from "../../core/errors.ts";
import { instanceJson } from "../../core/infra/archive/instance-json.ts";
import { type QueryLevel, queryLevelOf } from "../../core/infra/postgres/archive-conditions.ts";
import type { ArchiveMatch } from "../../core/infra/postgres/archive-queries.ts";
import type { SampleInstance } from "../../core/infra/postgres/sample-instances.ts";
import type { BlobStore } from "../../core/ports.ts";

/** Fields of an answer beyond what the index answers anyway: paths of tags, through sequences, from outside in. */
export interface HeaderFields {
  readonly all: boolean;
  readonly paths: readonly (readonly string[])[];
}

const READS_AT_ONCE = 8;
const LEVELS: readonly QueryLevel[] = ["study", "series", "instance"];
/** Made for the answer, at the level from which on they are in it. */
const MADE: Readonly<Record<string, QueryLevel>> = {
  "00080005": "study",
  "00080056": "study",
  "00080061": "study",
  "00081190": "study",
  "00201206": "study",
  "00201208": "study",
  "00201209": "series",
};

/**
 * What `includefield` values ask to be read from headers (PS3.18 §8.3.4.3): keywords or tags, through sequences by dots,
 * several by commas, or `all`. `ignored` are those that are no attribute, or belong to a level below.
 */
export function headerFields(level: QueryLevel, values: readonly string[]): HeaderFields & { ignored: string[] } {
  const asked = values.flatMap((value) => value.split(",")).map((field) => field.trim());
  const paths: string[][] = [];
  const ignored: string[] = [];
  for (const field of asked) {
    if (field === "all") continue;
    const path = tagPath(field);
    const [first] = path ?? [];
    if (!path || first === undefined || !isOfLevel(MADE[first] ?? levelOfAttribute(first), level))
      ignored.push(`includefield=${field}`);
    else if (!isAnswered(first, level)) paths.push([...path]);
  }
  return { all: asked.includes("all"), paths, ignored };
}

/** Tags of a dotted name; undefined for what is none. A private tag is a name too. */
export function tagPath(name: string): readonly string[] | undefined {
  const tags = name.split(".").map((part) => {
    if (/^[0-9A-Fa-f]{3}[13579BDFbdf][0-9A-Fa-f]{4}$/.test(part)) return part.toUpperCase();
    return elementOfName(part)?.tag;
  });
  return tags.every((tag) => tag !== undefined) ? tags : undefined;
}

export function isOfLevel(attribute: QueryLevel, level: QueryLevel): boolean {
  return LEVELS.indexOf(attribute) <= LEVELS.indexOf(level);
}

function isAnswered(tag: string, level: QueryLevel): boolean {
  const answered = MADE[tag] ?? queryLevelOf(tag);
  return answered !== undefined && isOfLevel(answered, level);
}

/** The fields of each match, read from the header of an instance of it. */
export async function readHeaderFields(
  blobs: BlobStore,
  level: QueryLevel,
  fields: HeaderFields,
  matches: readonly ArchiveMatch[],
  samples: ReadonlyMap<string, SampleInstance>,
): Promise<readonly DicomJsonDataSet[]> {
  return eachOf(matches, READS_AT_ONCE, async (match) => {
    const sample = samples.get(match.id);
    if (!sample) return {};
    try {
      return picked(await instanceJson(blobs, match.studyInstanceUid, sample, sample.overlay), level, fields);
    } catch (error) {
      // an instance whose bytes are gone is still in the index, and still answered from it
      if (error instanceof DomainError && error.code === "not-found") return {};
      throw error;
    }
  });
}

function picked(header: DicomJsonDataSet, level: QueryLevel, { all, paths }: HeaderFields): DicomJsonDataSet {
  if (all) return Object.fromEntries(Object.entries(header).filter(([tag]) => isOfLevel(levelOfAttribute(tag), level)));
  return pickedPaths(header, paths);
}

function pickedPaths(dataSet: DicomJsonDataSet, paths: readonly (readonly string[])[]): DicomJsonDataSet {
  const byTag = Map.groupBy(paths, ([tag]) => tag as string);
  return Object.fromEntries(
    [...byTag].flatMap(([tag, those]): [string, DicomJsonAttribute][] => {
      const attribute = dataSet[tag];
      const inner = those.map((path) => path.slice(1));
      if (!attribute) return [];
      // asked for as a whole, beside or instead of something in it
      if (attribute.vr !== "SQ" || inner.some((path) => path.length === 0)) return [[tag, attribute]];
      const items = (attribute.Value ?? []).map((item) => pickedPaths(item as DicomJsonDataSet, inner));
      return [[tag, items.length > 0 ? { vr: "SQ", Value: items } : { vr: "SQ" }]];
    }),
  );
}
