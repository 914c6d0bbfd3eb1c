import { type Ref, useImperativeHandle, useLayoutEffect, useRef } from "react";

interface GrowingTextProps {
  readonly id: string;
  readonly value: string;
  readonly placeholder: string;
  readonly minRows: number;
  readonly onChange: (value: string) => void;
  readonly onFocus?: () => void;
  readonly ref?: Ref<HTMLTextAreaElement>;
}

const SIZES_ITSELF = CSS.supports("field-sizing", "content");

/** A text field as high as its text, so that the report is read in one piece and only the panel scrolls. */
export function GrowingText({ id, value, placeholder, minRows, onChange, onFocus, ref }: GrowingTextProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  useImperativeHandle(ref, () => field.current as HTMLTextAreaElement);
  useLayoutEffect(() => {
    const element = field.current;
    if (SIZES_ITSELF || element === null || element.value !== value) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight + 2}px`; // 2: the borders
  }, [value]);
  return (
    <textarea
      id={id}
      ref={field}
      className="report-field"
      // 22 px a line, 16 px of padding, 2 px of borders
      style={{ minHeight: minRows * 22 + 18 }}
      value={value}
      placeholder={placeholder}
      spellCheck={false}
      onChange={(event) => onChange(event.target.value)}
      onFocus={onFocus}
    />
  );
}
