export const ROOM_LAYOUTS = ["1x1", "1x2", "1x3", "2x1", "2x2", "2x3", "3x1", "3x2", "3x3"] as const;

/** Rows by columns. */
export type RoomLayout = (typeof ROOM_LAYOUTS)[number];

export interface LayoutSize {
  readonly rows: number;
  readonly columns: number;
}

/** More than two rows or columns are chosen by name: a key that goes through nine layouts is no short way. */
const BY_KEY: readonly RoomLayout[] = ["1x1", "1x2", "2x1", "2x2"];

export function layoutSize(layout: RoomLayout): LayoutSize {
  return { rows: Number(layout[0]), columns: Number(layout[2]) };
}

export function roomLayout({ rows, columns }: LayoutSize): RoomLayout {
  return ROOM_LAYOUTS.find((layout) => layout === `${rows}x${columns}`) ?? "1x1";
}

export function viewportCount(layout: RoomLayout): number {
  const { rows, columns } = layoutSize(layout);
  return rows * columns;
}

export function nextLayout(layout: RoomLayout): RoomLayout {
  return BY_KEY[(BY_KEY.indexOf(layout) + 1) % BY_KEY.length] ?? "1x1";
}
