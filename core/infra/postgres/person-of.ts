import { type RawBuilder, sql } from "kysely";

/**
 * The person that the patient of this alias is, alone or linked with others, as `patient_of_person` has it. Not by coalesce,
 * which Postgres takes for leaky: under row-level security it would ask the policy of every patient there is.
 */
export function personOf(alias: string): RawBuilder<string> {
  const [person, own] = [sql.ref(`${alias}.person_id`), sql.ref(`${alias}.id`)];
  return sql<string>`CASE WHEN ${person} IS NULL THEN ${own} ELSE ${person} END`;
}
