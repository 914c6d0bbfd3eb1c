import type { ImageSeries } from "../../core/image/study-model.ts";
import type { WindowLevel } from "../../core/image/window-level.ts";
import type { Exam } from "../../core/reading/hanging/exam.ts";
import { hangSeries } from "../../core/reading/hanging/hang-series.ts";
import type { HangingProtocol } from "../../core/reading/hanging/hanging-protocol.ts";
import { type RoomLayout, roomLayout } from "./room-layout.ts";

/** What one viewport shows, and the window it opens with; undefined: the file's own. A new object is hung anew. */
export interface Placement {
  readonly series: ImageSeries;
  readonly window: WindowLevel | undefined;
}

export interface HungRoom {
  readonly layout: RoomLayout;
  readonly placed: readonly (Placement | undefined)[];
  /** By viewport: its group of linked scroll. */
  readonly links: readonly (number | null)[];
}

/** The room as a protocol wants it; without one, a large empty viewport. */
export function hangRoom(
  protocol: HangingProtocol | undefined,
  exam: Exam,
  allSeries: readonly ImageSeries[],
): HungRoom {
  if (!protocol) return { layout: "1x1", placed: [undefined], links: [null] };
  const hung = hangSeries(protocol, exam);
  return {
    layout: roomLayout(protocol.layout),
    placed: hung.map(({ seriesInstanceUid, window }) => {
      const series = allSeries.find((each) => each.seriesInstanceUid === seriesInstanceUid);
      const isGrey = series?.frames[0]?.format.samplesPerPixel === 1;
      return series && { series, window: (isGrey ? window : null) ?? undefined };
    }),
    links: hung.map(({ link }) => link),
  };
}
