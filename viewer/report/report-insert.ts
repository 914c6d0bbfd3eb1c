import { useEffect, useEffectEvent } from "react";
import { createStore, useStore } from "../shell/create-store.ts";

type Insert = (words: string) => void;

/** The report that is being written on this page; null when there is none. */
const field = createStore<Insert | null>(null);

/** Puts words into the report that is being written, at the cursor. */
export function insertIntoReport(words: string): void {
  field.get()?.(words);
}

export function useReportIsWritten(): boolean {
  return useStore(field) !== null;
}

/** The fields of a report that is being written take words from beside it. */
export function useReportInsert(insert: Insert): void {
  const latest = useEffectEvent(insert);
  useEffect(() => {
    const mine: Insert = (words) => latest(words);
    field.set(mine);
    return () => {
      if (field.get() === mine) field.set(null);
    };
  }, []);
}

/** The text with the words at the cursor, apart from what stands there already, and where the cursor is then. */
export function withWords(
  before: string,
  words: string,
  start: number,
  end: number,
): { readonly text: string; readonly cursor: number } {
  const head = before.slice(0, start);
  const placed = /[A-Za-z0-9]$/.test(head) ? ` ${words}` : words;
  return { text: head + placed + before.slice(end), cursor: head.length + placed.length };
}
