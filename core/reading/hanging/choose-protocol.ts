import type { Exam } from "./exam.ts";
import { fulfils, usableSeries } from "./hang-series.ts";
import type { HangingProtocol } from "./hanging-protocol.ts";

export interface NamedProtocol {
  /** `hub.…` for what the hub ships with. */
  readonly id: string;
  readonly protocol: HangingProtocol;
}

/**
 * The protocols one may choose for this examination: its kind of images, and the series that they need are there. The region
 * is not asked: a reader may hang a neck as a chest.
 */
export function offeredProtocols(all: readonly NamedProtocol[], exam: Exam): readonly NamedProtocol[] {
  return all.filter(({ protocol: { match } }) => {
    const usable = usableSeries(exam.series);
    return (
      (match.modalities.length === 0 || match.modalities.includes(exam.modality)) &&
      match.series.every((wish) => usable.some((series) => fulfils(series, wish))) &&
      usable.length >= match.leastSeries &&
      (match.prior === "either" || (match.prior === "wanted") === (exam.prior !== undefined))
    );
  });
}

/**
 * The protocol an examination is hung by: the one its reader chose for this kind the last time, as long as it can be hung;
 * else the one that asks for most of what is there; of equals the first. The last of `all` should match everything.
 */
export function chooseProtocol(
  all: readonly NamedProtocol[],
  exam: Exam,
  chosenId: string | undefined,
): NamedProtocol | undefined {
  const offered = offeredProtocols(all, exam);
  const chosen = offered.find(({ id }) => id === chosenId);
  if (chosen) return chosen;
  const fitting = offered.filter(
    ({ protocol: { match } }) =>
      match.regions.length === 0 || match.regions.some((region) => exam.regions.includes(region)),
  );
  return fitting.reduce<NamedProtocol | undefined>(
    (best, each) => (best === undefined || demands(each.protocol) > demands(best.protocol) ? each : best),
    undefined,
  );
}

/** How much a protocol asks for: a prior says most about what the reader wants to see, then the region, then the series. */
function demands({ match }: HangingProtocol): number {
  return (
    (match.prior === "wanted" ? 100 : 0) +
    (match.regions.length > 0 ? 20 : 0) +
    match.series.length * 3 +
    (match.modalities.length > 0 ? 2 : 0) +
    (match.leastSeries > 1 ? 1 : 0)
  );
}
