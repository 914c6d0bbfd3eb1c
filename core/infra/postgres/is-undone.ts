/**
 * Did Postgres certainly keep nothing of the transaction that failed with this? What it undid it answers with ERROR; FATAL and
 * a lost connection may come after the commit.
 */
export function isUndone(error: unknown): boolean {
  return (error as { readonly severity?: unknown } | null)?.severity === "ERROR";
}
