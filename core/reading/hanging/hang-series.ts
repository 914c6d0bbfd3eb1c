import { WINDOW_PRESETS, type WindowLevel } from "../../image/window-level.ts";
import type { Exam } from "./exam.ts";
import type { HangingProtocol, HangingViewport, SeriesWish } from "./hanging-protocol.ts";
import { hasAnyWord } from "./has-word.ts";
import type { SeriesFacts } from "./series-facts.ts";

/** What hangs in a viewport. */
export interface HungViewport {
  /** Null: nothing that would make sense here. */
  readonly seriesInstanceUid: string | null;
  readonly from: "study" | "prior";
  /** Null: the file's own. */
  readonly window: WindowLevel | null;
  readonly link: number | null;
}

const THIN_MM = 2;

/** Hangs the series of an examination by a protocol, viewport by viewport. */
export function hangSeries(
  protocol: Pick<HangingProtocol, "viewports">,
  exam: Pick<Exam, "series" | "prior">,
): readonly HungViewport[] {
  const { viewports } = protocol;
  const usable = usableSeries(exam.series);
  const wished = viewports.map(({ series }) =>
    series.of === "study" ? firstFulfilled(series.wishes, usable) : undefined,
  );
  // A viewport whose wishes nothing fulfils takes what is not shown yet, so that no series is missed for a word.
  const rest = usable.filter((series) => !wished.includes(series));
  const own = viewports.map(({ series }, index) =>
    series.of === "study" ? (wished[index] ?? rest.shift()) : undefined,
  );
  return viewports.map((viewport, index): HungViewport => {
    const { series } = viewport;
    const hung = series.of === "study" ? own[index] : mostLike(own[series.like], usableSeries(exam.prior ?? []));
    return {
      seriesInstanceUid: hung?.seriesInstanceUid ?? null,
      from: series.of,
      // a projection has its own range: in a lung window it would be black
      window: hung && isSlices(hung) ? windowOf(viewport.window) : null,
      link: viewport.link,
    };
  });
}

/**
 * The series that may hang, slices before reformats; screens, localizers and what waits for contrast only when there is nothing
 * else; pages of text never: the rail has them.
 */
export function usableSeries(series: readonly SeriesFacts[]): readonly SeriesFacts[] {
  const of = (purpose: SeriesFacts["purpose"]) => series.filter((each) => each.purpose === purpose);
  const images = [...of("images"), ...of("reformat")];
  return images.length > 0 ? images : [...of("capture"), ...of("localizer"), ...of("monitoring")];
}

export function fulfils(series: SeriesFacts, wish: SeriesWish): boolean {
  const { description, words, without, kernel, thickness, plane } = wish;
  if (description !== undefined && series.description.trim().toLowerCase() !== description.trim().toLowerCase())
    return false;
  if (words && !hasAnyWord(series.description, words)) return false;
  if (without && hasAnyWord(series.description, without)) return false;
  if (kernel && series.sharpness !== kernel) return false;
  if (thickness && (series.thicknessMm === undefined || series.thicknessMm <= THIN_MM !== (thickness === "thin")))
    return false;
  return !plane || series.plane === plane;
}

function firstFulfilled(wishes: readonly SeriesWish[], usable: readonly SeriesFacts[]): SeriesFacts | undefined {
  for (const wish of wishes) {
    const found = usable.filter((series) => fulfils(series, wish));
    // one or two slices are a localizer that does not say so, or a test
    const best = found.find(({ frameCount }) => frameCount > 2) ?? found[0];
    if (best) return best;
  }
  return undefined;
}

/** In the prior, what was made the same way: first the plane, then the kernel, then the thickness, then the name. */
function mostLike(series: SeriesFacts | undefined, prior: readonly SeriesFacts[]): SeriesFacts | undefined {
  if (!series) return undefined;
  const score = (other: SeriesFacts): number =>
    (other.plane === series.plane ? 16 : 0) +
    (other.sharpness === series.sharpness ? 8 : 0) +
    (isThin(other) === isThin(series) ? 4 : 0) +
    (other.description === series.description ? 2 : 0) +
    (other.frameCount > 2 === series.frameCount > 2 ? 1 : 0);
  return prior.reduce<SeriesFacts | undefined>(
    (best, other) => (best === undefined || score(other) > score(best) ? other : best),
    undefined,
  );
}

function isSlices({ purpose }: SeriesFacts): boolean {
  return purpose === "images" || purpose === "reformat" || purpose === "monitoring";
}

function isThin({ thicknessMm }: SeriesFacts): boolean | undefined {
  return thicknessMm === undefined ? undefined : thicknessMm <= THIN_MM;
}

function windowOf(window: HangingViewport["window"]): WindowLevel | null {
  if (typeof window === "object") return window;
  const preset = WINDOW_PRESETS.find(({ name }) => name === window);
  return preset ? { center: preset.center, width: preset.width } : null;
}
