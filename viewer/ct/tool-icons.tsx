import type { ReactNode } from "react";
import type { CommandName } from "./room-commands.ts";

/** The room's own icons: 20 × 20, one stroke width, the colour of the text around them. */
const DRAWINGS: Partial<Record<CommandName | "presets" | "hanging", ReactNode>> = {
  window: (
    <>
      <circle cx="10" cy="10" r="7" />
      <path d="M10 3a7 7 0 0 1 0 14z" fill="currentColor" />
    </>
  ),
  pan: (
    <path d="M10 2.5v15M2.5 10h15M10 2.5 7.8 4.9M10 2.5l2.2 2.4M10 17.5l-2.2-2.4M10 17.5l2.2-2.4M2.5 10l2.4-2.2M2.5 10l2.4 2.2M17.5 10l-2.4-2.2M17.5 10l-2.4 2.2" />
  ),
  zoom: (
    <>
      <circle cx="8.5" cy="8.5" r="5.5" />
      <path d="m12.7 12.7 4.6 4.6M6.2 8.5h4.6M8.5 6.2v4.6" />
    </>
  ),
  scroll: (
    <>
      <path d="M3 7.5 10 4l7 3.5-7 3.5z" />
      <path d="m3 10.5 7 3.5 7-3.5M3 13.5l7 3.5 7-3.5" />
    </>
  ),
  length: <path d="M4 16 16 4M2.5 14.5l3 3M14.5 2.5l3 3M7.5 10.5l1.5 1.5M10.5 7.5 12 9" />,
  ellipse: (
    <>
      <ellipse cx="10" cy="10" rx="7.5" ry="5" />
      <path d="M10 8.7v2.6M8.7 10h2.6" />
    </>
  ),
  rectangle: (
    <>
      <path d="M3 5h14v10H3z" />
      <path d="M10 8.7v2.6M8.7 10h2.6" />
    </>
  ),
  probe: (
    <>
      <circle cx="10" cy="10" r="2.2" />
      <path d="M10 2.5v4M10 13.5v4M2.5 10h4M13.5 10h4" />
    </>
  ),
  erase: <path d="m11.5 4 4.5 4.5-7 7H5.5L3 13zM7.5 8l4.5 4.5M8 16.5h9" />,
  clear: <path d="M4 5.5h12M8 5.5V3.5h4v2M5.5 5.5l.8 11h7.4l.8-11M8.5 8.5v5M11.5 8.5v5" />,
  presets: (
    <>
      <path d="M3 16V4M3 16h14" />
      <path d="M4.5 14h3.2l4.6-8h4.2" />
    </>
  ),
  invert: (
    <>
      <path d="M3 4h14v12H3z" />
      <path d="M3 16 17 4v12z" fill="currentColor" />
    </>
  ),
  fit: <path d="M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4M6.5 6.5h7v7h-7z" />,
  "one-to-one": <path d="M4 6.5 6 5v10M14 6.5 16 5v10M10 8v.2M10 12v.2" />,
  rotate: <path d="M16 10a6 6 0 1 1-2-4.5M16.5 2.5v4h-4" />,
  flip: (
    <>
      <path d="M10 2.5v15" strokeDasharray="2 2" />
      <path d="M7.5 5v10L2.5 15zM12.5 5v10l5 0z" />
    </>
  ),
  reset: <path d="M4 10a6 6 0 1 0 2-4.5M3.5 2.5v4h4" />,
  layout: <path d="M3 4h14v12H3zM10 4v12M3 10h14" />,
  hanging: (
    <>
      <path d="M2.5 4h15M6 4v2.5M14 4v2.5" />
      <path d="M3.5 6.5h5.5v9H3.5zM11 6.5h5.5v9H11z" />
    </>
  ),
  link: (
    <path d="M8.5 11.5a3 3 0 0 0 4.3 0l2.8-2.8a3 3 0 0 0-4.3-4.3l-1.1 1.1M11.5 8.5a3 3 0 0 0-4.3 0l-2.8 2.8a3 3 0 0 0 4.3 4.3l1.1-1.1" />
  ),
  fullscreen: <path d="M3 7.5V3h4.5M12.5 3H17v4.5M17 12.5V17h-4.5M7.5 17H3v-4.5" />,
  aside: <path d="M3 4h14v12H3zM12 4v12M14 7h1.5M14 10h1.5" />,
  keys: (
    <>
      <circle cx="10" cy="10" r="7.5" />
      <path d="M7.8 7.8a2.2 2.2 0 1 1 3.1 2c-.6.3-.9.7-.9 1.5M10 14v.2" />
    </>
  ),
};

export function ToolIcon({ name }: { readonly name: CommandName | "presets" | "hanging" }): ReactNode {
  return (
    <svg className="tool-icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      {DRAWINGS[name]}
    </svg>
  );
}
