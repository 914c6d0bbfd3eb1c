import { sql } from "kysely";
import type { Database } from "./database.ts";

export interface StoredFigure {
  readonly instances: number;
  readonly bytes: number;
}

/** What lies in each store, from what was written of each coming and going: the archive is not counted for it. */
export async function storedFigures(
  db: Database,
): Promise<{ readonly hot: StoredFigure; readonly cold: StoredFigure }> {
  const { rows } = await sql<{ isCold: boolean; instances: string; bytes: string }>`
    SELECT is_cold AS "isCold", sum(instances) AS instances, sum(bytes) AS bytes FROM stored_figure GROUP BY 1`.execute(
    db,
  );
  const of = (isCold: boolean) => {
    const row = rows.find((each) => each.isCold === isCold);
    return { instances: Number(row?.instances ?? 0), bytes: Number(row?.bytes ?? 0) };
  };
  return { hot: of(false), cold: of(true) };
}

/** So that what was written of them stays short. */
export async function foldStoredFigures(db: Database): Promise<void> {
  await sql`SELECT hub_fold_stored()`.execute(db);
}
