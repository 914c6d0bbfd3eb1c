import type { ReactElement } from "react";

/** Drawn on 16 × 16, stroked in the colour of the text. */
const SHAPES = {
  bell: <path d="M8 2.2a4 4 0 0 0-4 4v2.6L2.8 11.2h10.4L12 8.800V6.200a4 4 0 0 0-4-4ZM6.5 13.200a1.6 1.6 0 0 0 3 0" />,
  search: <path d="M7 2.500a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9Zm3.3 7.8 3.2 3.2" />,
  upload: <path d="M8 10.500v-8M4.8 5.5 8 2.300l3.2 3.200M2.5 10.500v3h11v-3" />,
  user: (
    <path d="M8 2.500a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.400ZM2.8 13.500c.6-2.5 2.6-3.8 5.2-3.800s4.6 1.3 5.2 3.8" />
  ),
  language: (
    <path d="M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM2 8h12M8 2c2 1.8 2.7 3.8 2.7 6S10 12.2 8 14c-2-1.8-2.7-3.8-2.7-6S6 3.8 8 2Z" />
  ),
  close: <path d="m3.5 3.5 9 9M12.5 3.500l-9 9" />,
  down: <path d="m4 6.2 4 4 4-4" />,
  eye: (
    <path d="M1.5 8S3.8 3.8 8 3.8 14.5 8 14.5 8 12.2 12.2 8 12.2 1.5 8 1.5 8ZM8 6.200a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.600Z" />
  ),
  "eye-off": (
    <path d="M2.5 2.500l11 11M6.3 4.100A6.9 6.9 0 0 1 8 3.800c4.2 0 6.5 4.2 6.5 4.200a11 11 0 0 1-2 2.500M4.2 5.300A10.5 10.5 0 0 0 1.5 8S3.8 12.2 8 12.200c1 0 1.9-.2 2.7-.6" />
  ),
  warning: <path d="M8 2.3 1.8 13.200h12.400L8 2.300ZM8 6.500v3.300M8 11.300v.4" />,
  check: <path d="m3 8.5 3.3 3.300L13 4.8" />,
  folder: <path d="M1.8 12.800V3.200h4.400l1.5 1.900h6.500v7.700H1.800Z" />,
  file: <path d="M3.5 1.800h5.700l3.3 3.300v9.100h-9V1.800ZM9 2v3.300h3.3" />,
  pause: <path d="M5.5 3v10M10.5 3v10" />,
  play: <path d="M4.5 2.800v10.400L13 8 4.5 2.800Z" />,
  image: <path d="M2 3h12v10H2V3Zm0 8 3.5-3.8 3 3L10.8 8 14 11M10.7 5.700v.3" />,
  skip: <path d="M3 8h10" />,
} as const satisfies Readonly<Record<string, ReactElement>>;

export type IconName = keyof typeof SHAPES;

/** Always beside or instead of a word that is there for the ear: it is not read out. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      style={{ flex: "none", verticalAlign: "-3px" }}
    >
      {SHAPES[name]}
    </svg>
  );
}
