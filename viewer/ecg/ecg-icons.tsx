import type { ReactNode } from "react";

const PATHS = {
  caliper: <path d="M5 3v18M19 3v18M5 9h14M8 6.5 5 9l3 2.5M16 6.5 19 9l-3 2.5" />,
  march: <path d="M4 4v16M9.3 4v16M14.6 4v16M20 4v16M4 18h16" strokeDasharray="3 2" />,
  hand: (
    <path d="M12 3v18M3 12h18M12 3 9.5 5.5M12 3l2.5 2.5M12 21l-2.5-2.5M12 21l2.5-2.5M3 12l2.5-2.5M3 12l2.5 2.5M21 12l-2.5-2.5M21 12l-2.5 2.5" />
  ),
  "zoom-in": <path d="M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13ZM15.5 15.5 21 21M10.5 7.5v6M7.5 10.5h6" />,
  "zoom-out": <path d="M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13ZM15.5 15.5 21 21M7.5 10.5h6" />,
  fit: <path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5" />,
  "true-size": <path d="m4.5 8.5 2.5-2V18M15.5 8.5l2.5-2V18M11.7 10v.01M11.7 15v.01" />,
  night: <path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z" />,
  card: <path d="M3 6h18v12H3ZM3 10h18M6 15h4" />,
  print: <path d="M7 9V3h10v6M7 17H4v-8h16v8h-3M7 14h10v7H7Z" />,
  keys: <path d="M3 6h18v12H3ZM6 9.5h.01M9.5 9.5h.01M13 9.5h.01M16.5 9.5h.01M6 14.5h.01M9 14.5h6M18 14.5h.01" />,
  panel: <path d="M3 5h18v14H3ZM14.5 5v14" />,
  trash: <path d="M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5" />,
  back: <path d="M15 5 8 12l7 7" />,
  forward: <path d="m9 5 7 7-7 7" />,
  warning: <path d="M12 4 2.5 20h19ZM12 10v4.5M12 17.3v.01" />,
  close: <path d="m6 6 12 12M18 6 6 18" />,
} satisfies Readonly<Record<string, ReactNode>>;

export type EcgIconName = keyof typeof PATHS;

export function EcgIcon({ name }: { readonly name: EcgIconName }) {
  return (
    <svg
      className="ecg-icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {PATHS[name]}
    </svg>
  );
}
