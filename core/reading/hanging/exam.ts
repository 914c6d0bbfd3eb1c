import type { StudyModel } from "../../image/study-model.ts";
import { BODY_REGIONS, type BodyRegion, regionsInText } from "./body-regions.ts";
import { type SeriesFacts, seriesFacts } from "./series-facts.ts";

type ExamSource = Pick<StudyModel, "description" | "series">;

/** A study as hanging sees it. */
export interface Exam {
  readonly modality: string;
  readonly regions: readonly BodyRegion[];
  readonly series: readonly SeriesFacts[];
  /** Of the study to compare with; undefined without one. */
  readonly prior: readonly SeriesFacts[] | undefined;
}

/**
 * The description of the study says what was asked for and goes first: devices leave Body Part Examined at what the last
 * protocol had, or empty.
 */
export function examOf(study: ExamSource, prior?: ExamSource): Exam {
  const series = study.series.map(seriesFacts);
  const shown = series.filter(({ purpose }) => purpose === "images" || purpose === "reformat");
  const told = [
    study.description,
    shown.map(({ bodyPart }) => bodyPart).join(" "),
    shown.map(({ description }) => description).join(" "),
  ];
  return {
    modality: (shown[0] ?? series[0])?.modality ?? "",
    regions: told.map(regionsInText).find((regions) => regions.length > 0) ?? [],
    series,
    prior: prior?.series.map(seriesFacts),
  };
}

/** Of these a reader's choices are kept; of what is none of them, together. */
const EXAM_MODALITIES = ["CT", "MR", "CR", "DX", "MG", "US", "XA", "NM", "PT", "OT"] as const;

/** The kind of examination for which a reader's choice is remembered: `CT.chest`, `DX.other`, `CT.head.prior`. */
export const EXAM_KINDS: readonly string[] = EXAM_MODALITIES.flatMap((modality) =>
  [...BODY_REGIONS, "other"].flatMap((region) => [`${modality}.${region}`, `${modality}.${region}.prior`]),
);

export function examKind({ modality, regions, prior }: Exam): string {
  const known = EXAM_MODALITIES.find((each) => each === modality) ?? "OT";
  return `${known}.${regions[0] ?? "other"}${prior === undefined ? "" : ".prior"}`;
}
