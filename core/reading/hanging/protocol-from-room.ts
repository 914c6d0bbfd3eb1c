import { sameWindow, WINDOW_PRESETS, type WindowLevel } from "../../image/window-level.ts";
import type { Exam } from "./exam.ts";
import type { HangingProtocol, HangingViewport, SeriesWish } from "./hanging-protocol.ts";
import type { SeriesFacts } from "./series-facts.ts";

interface RoomNow {
  readonly layout: HangingProtocol["layout"];
  /** Row by row. */
  readonly viewports: readonly ViewportNow[];
}

interface ViewportNow {
  readonly series: SeriesFacts | undefined;
  /** Undefined: the file's own. */
  readonly window: WindowLevel | undefined;
  readonly link: number | null;
}

const THIN_MM = 2;
const LONGEST_DESCRIPTION = 64; // of an LO

/**
 * A protocol that hangs the next examination of this kind as the room stands now: by the series' own name where it comes again,
 * else by how it was made, so that it serves another scanner's names, too.
 */
export function protocolFromRoom(
  room: RoomNow,
  exam: Exam,
  { name, author }: { readonly name: string; readonly author: string },
): HangingProtocol {
  const region = exam.regions[0];
  return {
    name: { zh: name, en: name },
    author,
    match: {
      modalities: /^[A-Z]{2}$/.test(exam.modality) ? [exam.modality] : [],
      regions: region ? [region] : [],
      series: [],
      leastSeries: 1,
      prior: "either",
    },
    layout: room.layout,
    viewports: room.viewports.map(
      ({ series, window, link }): HangingViewport => ({
        series: { of: "study", wishes: series ? wishesFor(series) : [] },
        window: window ? windowAsPreset(window) : "file",
        plane: "acquisition",
        link,
      }),
    ),
  };
}

function wishesFor(series: SeriesFacts): SeriesWish[] {
  const plane: SeriesWish = series.plane ? { plane: series.plane } : {};
  const kernel: SeriesWish = series.sharpness ? { kernel: series.sharpness } : {};
  const thickness: SeriesWish =
    series.thicknessMm === undefined ? {} : { thickness: series.thicknessMm <= THIN_MM ? "thin" : "thick" };
  const description = series.description.trim().slice(0, LONGEST_DESCRIPTION);
  return [
    ...(description === "" ? [] : [{ description, ...plane }]),
    { ...plane, ...kernel, ...thickness },
    { ...plane, ...kernel },
    plane,
    {},
  ];
}

/** A preset by its name: it goes on meaning the preset when its values change. */
function windowAsPreset(window: WindowLevel): HangingViewport["window"] {
  const preset = WINDOW_PRESETS.find((each) => sameWindow(each, window));
  return preset?.name ?? { center: window.center, width: window.width };
}
