import { type RawBuilder, sql } from "kysely";

/** Of one value alone an index that begins with the column gives its order, too; of a list it does not. */
export function isOneOf(column: string, values: readonly string[]): RawBuilder<unknown> {
  const [only, ...others] = values;
  if (only !== undefined && others.length === 0) return sql`${sql.ref(column)} = ${only}`;
  return sql`${sql.ref(column)} = ANY (${values as string[]}::text[])`;
}
