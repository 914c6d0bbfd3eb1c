export const ROOM_LAYOUTS = ["1x1", "1x2", "2x1", "2x2"] as const;

/** Rows by columns. */
export type RoomLayout = (typeof ROOM_LAYOUTS)[number];

export function viewportCount(layout: RoomLayout): number {
  return layout === "1x1" ? 1 : layout === "2x2" ? 4 : 2;
}

export function nextLayout(layout: RoomLayout): RoomLayout {
  return ROOM_LAYOUTS[(ROOM_LAYOUTS.indexOf(layout) + 1) % ROOM_LAYOUTS.length] ?? "1x1";
}
