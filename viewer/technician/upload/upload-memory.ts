import type { InstanceHeader, UploadItem, UploadReason } from "./upload-item.ts";

/** What survives a reload: the lines, not the bytes, which only the person can add again. */
export interface RememberedLine {
  readonly path: string;
  readonly size: number;
  readonly state: UploadItem["state"];
  readonly header: InstanceHeader | null;
  readonly dataSetSha256: string | null;
  readonly reason: UploadReason | null;
}

const DATABASE = "hub-upload";
const STORE = "manifest";
/** A manifest nobody came back for is forgotten after a week: it names files of patients. */
const KEPT_MS = 7 * 24 * 3600 * 1000;

interface Remembered {
  readonly savedAt: number;
  readonly lines: readonly RememberedLine[];
}

function settled<T>(request: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = () => reject(request.error);
  });
}

async function withStore<T>(mode: IDBTransactionMode, use: (store: IDBObjectStore) => IDBRequest): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await settled<IDBDatabase>(opening);
  try {
    return await settled<T>(use(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

export function rememberedLines(items: Iterable<UploadItem>): readonly RememberedLine[] {
  return Array.from(items, ({ path, size, state, header, dataSetSha256, reason }) => ({
    path,
    size,
    state,
    header,
    dataSetSha256,
    reason,
  }));
}

/** One manifest an account. A browser that keeps nothing (private window) only loses the comfort, so failures are quiet. */
export async function saveManifest(accountId: string, lines: readonly RememberedLine[], now: number): Promise<void> {
  await withStore<unknown>("readwrite", (store) =>
    lines.length === 0 ? store.delete(accountId) : store.put({ savedAt: now, lines } satisfies Remembered, accountId),
  ).catch(() => undefined);
}

export async function loadManifest(accountId: string, now: number): Promise<readonly RememberedLine[]> {
  const found = await withStore<Remembered | undefined>("readonly", (store) => store.get(accountId)).catch(
    () => undefined,
  );
  return found === undefined || now - found.savedAt > KEPT_MS ? [] : found.lines;
}
