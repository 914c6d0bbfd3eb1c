import type { ItemState } from "./upload-item.ts";

/** How the manifest is sorted for people. */
export const MANIFEST_GROUPS = {
  open: ["waiting", "inspected", "ready", "sending", "lost"],
  stored: ["stored"],
  already: ["already"],
  refused: ["refused", "cancelled"],
  skipped: ["skipped"],
} as const satisfies Readonly<Record<string, readonly ItemState[]>>;

export type ManifestGroup = keyof typeof MANIFEST_GROUPS;

export const GROUP_NAMES = Object.keys(MANIFEST_GROUPS) as readonly ManifestGroup[];

export function inGroup(state: ItemState, group: ManifestGroup): boolean {
  return (MANIFEST_GROUPS[group] as readonly ItemState[]).includes(state);
}
