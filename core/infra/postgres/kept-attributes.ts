import { type RawBuilder, sql } from "kysely";
import { INSTANCE_ATTRIBUTES, SERIES_ATTRIBUTES, STUDY_ATTRIBUTES } from "../../study/index-attributes.ts";
import type { Match, QueryLevel } from "./archive-conditions.ts";
import { escaped, likePattern } from "./like-pattern.ts";

const LEVELS = [
  ["study", STUDY_ATTRIBUTES],
  ["series", SERIES_ATTRIBUTES],
  ["instance", INSTANCE_ATTRIBUTES],
] as const satisfies readonly (readonly [QueryLevel, Readonly<Record<string, string>>])[];
const LEVEL_OF: ReadonlyMap<string, QueryLevel> = new Map(
  LEVELS.flatMap(([level, table]) => Object.keys(table).map((tag) => [tag, level] as const)),
);

/** Local to what it stands beside, never matched on by itself. */
const TIMEZONE_OFFSET = "00080201";
const NAME_GROUPS = ["Alphabetic", "Ideographic", "Phonetic"] as const;

/** At which level the index keeps the attribute among those it only answers with; undefined when it does not. */
export function keptLevel(tag: string): QueryLevel | undefined {
  return tag === TIMEZONE_OFFSET ? undefined : LEVEL_OF.get(tag);
}

/**
 * A match on an attribute that stands in the row's jsonb, or in the items of a sequence there (`path` from the outermost
 * tag): one item that matches is enough (PS3.4 §C.2.2.2.6). Single values are asked as containment, for which studies and
 * series have an index.
 */
export function keptSql(path: readonly string[], match: Match): RawBuilder<unknown> {
  const attributes = sql.ref(`${keptLevel(path[0] as string)}.attributes`);
  switch (match.kind) {
    case "equals":
      return or(match.values.map((value) => contains(attributes, path, value)));
    case "number":
      return contains(attributes, path, match.value);
    case "empty":
      return sql`NOT ${someValue(attributes, path, sql`true`)}`;
    case "pattern":
      return someValue(attributes, path, sql`value #>> '{}' LIKE ${likePattern(match.pattern)}`);
    case "range": {
      const text = sql`value #>> '{}'`;
      const { from, to } = match;
      const ends = [
        ...(from === null ? [] : [sql`${text} >= ${from}`]),
        ...(to === null ? [] : [sql`left(${text}, ${to.length}) <= ${to}`]),
      ];
      return someValue(attributes, path, sql.join(ends, sql` AND `));
    }
    case "name":
      return someValue(attributes, path, inSomeGroup(likePattern(match.pattern.replace(/\^/g, " ").trim())));
    case "words":
      return someValue(attributes, path, and(match.words.map((word) => inSomeGroup(`%${escaped(word)}%`))));
  }
}

function contains(attributes: RawBuilder<unknown>, path: readonly string[], value: string | number) {
  const json = path.reduceRight<unknown>((inner, tag) => ({ [tag]: { Value: [inner] } }), value);
  return sql`${attributes} @> ${JSON.stringify(json)}::jsonb`;
}

/** The path is of tags, eight hex digits each. */
function someValue(attributes: RawBuilder<unknown>, path: readonly string[], condition: RawBuilder<unknown>) {
  const jsonPath = `$${path.map((tag) => `."${tag}"."Value"[*]`).join("")}`;
  return sql`EXISTS (SELECT FROM jsonb_path_query(${attributes}, ${jsonPath}::jsonpath) AS value
    WHERE value <> 'null' AND ${condition})`;
}

function inSomeGroup(pattern: string): RawBuilder<unknown> {
  return or(NAME_GROUPS.map((group) => sql`replace(value ->> ${sql.lit(group)}, '^', ' ') ILIKE ${pattern}`));
}

function or(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return sql`(${sql.join(conditions, sql` OR `)})`;
}

function and(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`true` : sql`(${sql.join(conditions, sql` AND `)})`;
}
