import { Input, type InputRef } from "antd";
import { useEffect, useRef, useState } from "react";
import { Icon } from "../shell/icon.tsx";
import { usePageKeys } from "./use-page-keys.ts";

interface SearchFieldProps {
  readonly value: string;
  readonly onSearch: (value: string) => void;
  /** What it looks in: name, pinyin, ID, … */
  readonly placeholder: string;
}

const SETTLE_MS = 250;

/** Searches as one types, once typing rests. `/` goes there, Esc empties it. A pinyin that is being composed waits. */
export function SearchField({ value, onSearch, placeholder }: SearchFieldProps) {
  const input = useRef<InputRef>(null);
  const composing = useRef(false);
  const [typed, setTyped] = useState(value);
  const said = useRef(value);
  useEffect(() => {
    if (value !== said.current) setTyped(value); // emptied from outside, or back in the history
    said.current = value;
  }, [value]);
  useEffect(() => {
    if (typed === said.current || composing.current) return;
    const timer = setTimeout(() => {
      said.current = typed;
      onSearch(typed.trim());
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [typed, onSearch]);
  usePageKeys([{ key: "/", label: "key.search", run: () => input.current?.focus({ cursor: "all" }) }]);
  return (
    <Input
      ref={input}
      type="search"
      allowClear
      maxLength={64}
      value={typed}
      placeholder={placeholder}
      aria-label={placeholder}
      prefix={<Icon name="search" />}
      style={{ width: 300 }}
      onChange={(event) => setTyped(event.target.value)}
      onCompositionStart={() => {
        composing.current = true;
      }}
      onCompositionEnd={(event) => {
        composing.current = false;
        setTyped(event.currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") setTyped("");
      }}
    />
  );
}
