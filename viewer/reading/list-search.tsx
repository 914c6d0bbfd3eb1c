import { useEffect, useRef, useState } from "react";
import { usePageKeys } from "../desk/use-page-keys.ts";
import { useText } from "../i18n/use-text.ts";

interface ListSearchProps {
  readonly value: string;
  readonly onSearch: (value: string) => void;
}

const REST_MS = 250;

/** Searches once typing rests; a pinyin that is being composed waits. `/` goes there, Enter and Esc back to the rows. */
export function ListSearch({ value, onSearch }: ListSearchProps) {
  const { text } = useText();
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [typed, setTyped] = useState(value);
  const [searched, setSearched] = useState(value);
  if (value !== searched) {
    setSearched(value); // cleared from outside, or back in the history
    setTyped(value);
  }
  useEffect(() => () => clearTimeout(timer.current), []);
  usePageKeys([{ key: "/", label: "key.search", run: () => input.current?.select() }]);
  const search = (next: string, composing: boolean) => {
    setTyped(next);
    clearTimeout(timer.current);
    if (composing) return;
    timer.current = setTimeout(() => {
      setSearched(next.trim());
      onSearch(next.trim());
    }, REST_MS);
  };
  return (
    <input
      ref={input}
      type="search"
      className="list-search"
      maxLength={64}
      value={typed}
      placeholder={text("reading.search")}
      aria-label={text("reading.search")}
      onChange={(event) => search(event.target.value, (event.nativeEvent as InputEvent).isComposing)}
      onCompositionEnd={(event) => search(event.currentTarget.value, false)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === "Escape") search("", false);
        if (event.key === "Escape" || event.key === "Enter") input.current?.blur();
      }}
    />
  );
}
