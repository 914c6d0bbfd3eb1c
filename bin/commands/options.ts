import type { Pool } from "pg";
import type { Database } from "../../core/infra/postgres/database.ts";
import type { Settings } from "../../core/infra/settings.ts";

/** What follows `--`, by name; a flag is "true" or "false". */
export type Options = Readonly<Record<string, string | undefined>>;

/** One thing that the administrator may ask for; resolves to the exit code. Throws DomainError for what is not right. */
export type Command = (
  db: Database,
  words: readonly string[],
  options: Options,
  settings: Settings,
  pool: Pool,
) => Promise<number>;
