import type { Exam } from "./exam.ts";
import { fulfils, usableSeries } from "./hang-series.ts";
import type { HangingProtocol } from "./hanging-protocol.ts";

export interface NamedProtocol {
  /** `hub.…` for what the hub ships with. */
  readonly id: string;
  readonly protocol: HangingProtocol;
}

/**
 * The protocols one may choose for this examination: its kind of images, and the series that they need are there. Those of its
 * region come first; the others are there, too: a reader may hang a neck as a chest.
 */
export function offeredProtocols(all: readonly NamedProtocol[], exam: Exam): readonly NamedProtocol[] {
  const usable = usableSeries(exam.series);
  const offered = all.filter(
    ({ protocol: { match } }) =>
      (match.modalities.length === 0 || match.modalities.includes(exam.modality)) &&
      match.series.every((wish) => usable.some((series) => fulfils(series, wish))) &&
      usable.length >= match.leastSeries &&
      (match.prior === "either" || (match.prior === "wanted") === (exam.prior !== undefined)),
  );
  const fits = ({ protocol }: NamedProtocol) => fitsRegion(protocol, exam);
  return [...offered.filter(fits), ...offered.filter((each) => !fits(each))];
}

/**
 * The protocol an examination is hung by: the one its reader chose for this kind the last time, as long as it can be hung;
 * else the one that asks for most of what is there; of equals the first. Undefined only when there is nothing to hang, as the
 * last ones that the hub ships with match everything.
 */
export function chooseProtocol(
  all: readonly NamedProtocol[],
  exam: Exam,
  chosenId: string | undefined,
): NamedProtocol | undefined {
  const offered = offeredProtocols(all, exam);
  return (
    offered.find(({ id }) => id === chosenId) ??
    offered
      .filter(({ protocol }) => fitsRegion(protocol, exam))
      .toSorted((a, b) => demands(b.protocol) - demands(a.protocol))[0]
  );
}

function fitsRegion({ match }: HangingProtocol, exam: Exam): boolean {
  return match.regions.length === 0 || match.regions.some((region) => exam.regions.includes(region));
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
