import type { TextKey } from "../i18n/catalogue.ts";

export interface PageKey {
  /** As in KeyboardEvent.key; with "Alt+", "Ctrl+" or "Shift+" in front. */
  readonly key: string;
  readonly label: TextKey;
  /** Left out when the page hears it by itself and only wants it listed. */
  readonly run?: () => void;
}

type Source = () => readonly PageKey[];

const sources = new Set<Source>();

export function addPageKeys(source: Source): () => void {
  sources.add(source);
  return () => sources.delete(source);
}

export function allPageKeys(): readonly PageKey[] {
  const seen = new Set<string>();
  return [...sources].flatMap((source) => source()).filter((key) => !seen.has(key.key) && seen.add(key.key));
}

/** What is typed into a field, or heard by an open dialog, is not a key of the page. */
export function isForField(event: KeyboardEvent): boolean {
  const target = event.target instanceof HTMLElement ? event.target : null;
  return (
    event.isComposing ||
    target?.isContentEditable === true ||
    target?.closest("input, textarea, select, dialog, [role=dialog]") != null
  );
}

export function keyName(event: Pick<KeyboardEvent, "key" | "altKey" | "ctrlKey" | "metaKey">): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${key}`;
}
