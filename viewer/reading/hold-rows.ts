/** A row of a list. `gone`: it left the list under the pointer and stays, without its button, until the pointer leaves. */
export interface HeldRow<T> {
  readonly item: T;
  readonly gone: boolean;
}

/**
 * The rows to show when news comes in. While someone points at the list, every row stays where it is: known ones get
 * their new content, gone ones stay dimmed, new ones wait (their number is told). Otherwise the list is simply the new one.
 */
export function holdRows<T>(
  shown: readonly HeldRow<T>[],
  fresh: readonly T[],
  held: boolean,
  idOf: (item: T) => string,
): { readonly rows: readonly HeldRow<T>[]; readonly waiting: number } {
  if (!held || shown.length === 0) return { rows: fresh.map((item) => ({ item, gone: false })), waiting: 0 };
  const freshById = new Map(fresh.map((item) => [idOf(item), item]));
  const rows = shown.map((row) => {
    const id = idOf(row.item);
    const item = freshById.get(id);
    freshById.delete(id);
    return item === undefined ? { item: row.item, gone: true } : { item, gone: false };
  });
  return { rows, waiting: freshById.size };
}
