import type { Finding, FindingMeasures } from "../api/payloads/finding.ts";
import { findingTexts } from "../texts/finding-texts.ts";
import { fillText, LANGUAGES, type Language } from "../texts/text-table.ts";
import { FINDING_SHAPES } from "./finding-kinds.ts";
import { degrees, millimetres, pixelValue, squareMillimetres } from "./measure-text.ts";

/** Which slice of its series a finding is on, counted from 1. */
export interface FindingSlice {
  readonly slice: number;
  readonly slices: number;
}

/** The columns of a list of findings. */
export interface FindingParts {
  /** Kind and number. */
  readonly title: string;
  /** What was measured; empty for arrows and texts. */
  readonly measured: string;
  readonly label: string;
  /** Empty for a finding on no slice of its series. */
  readonly where: string;
}

type Said = Pick<Finding, "kind" | "measures" | "number" | "label">;
type Say = (key: keyof typeof findingTexts, values?: Readonly<Record<string, string | number>>) => string;

export function findingParts(finding: Said, language: Language, at?: FindingSlice): FindingParts {
  const say: Say = (key, values = {}) => fillText(findingTexts[key][LANGUAGES.indexOf(language)] ?? "", values);
  const kind = say(`finding.${finding.kind}`);
  return {
    title: finding.number === undefined ? kind : say("finding.numbered", { kind, number: finding.number }),
    measured: measuredText(finding, say),
    label: finding.label.trim(),
    where: at ? say("finding.image", { slice: at.slice, slices: at.slices }) : "",
  };
}

/** One line for the report: `结节 3：8.2 × 5.6 mm，右肺上叶，图 2/87`. */
export function findingText(finding: Said, language: Language, at?: FindingSlice): string {
  const { title, measured, label, where } = findingParts(finding, language, at);
  const row = LANGUAGES.indexOf(language);
  const parts = [measured, label, where].filter(Boolean).join(findingTexts["finding.comma"][row]);
  return parts === "" ? title : fillText(findingTexts["finding.titled"][row] ?? "", { title, parts });
}

function measuredText({ kind, measures }: Said, say: Say): string {
  const { at, values } = measures;
  const wants = FINDING_SHAPES[kind].measures.some((name) => name !== "values");
  const missing = wants && at === "none" ? [say("finding.no-spacing")] : [];
  const inside = values ? valuesText(values, say) : [];
  return [...sizeText(measures, say), ...missing, ...inside].join(say("finding.comma"));
}

function valuesText(
  { count, mean, standardDeviation, min, max, unit }: NonNullable<FindingMeasures["values"]>,
  say: Say,
): readonly string[] {
  const written = (value: number): string => pixelValue(value, unit);
  const after = unit && ` ${unit}`;
  if (count === 1) return [`${written(mean)}${after}`];
  return [
    say("finding.mean", { mean: written(mean), sd: written(standardDeviation), unit: after }),
    say("finding.range", { min: written(min), max: written(max), unit: after }),
  ];
}

function sizeText({ at, lengthMm, widthMm, angleDeg, areaMm2 }: FindingMeasures, say: Say): readonly string[] {
  const sizes: string[] = [];
  if (lengthMm !== undefined)
    sizes.push(`${millimetres(lengthMm)}${widthMm === undefined ? "" : ` × ${millimetres(widthMm)}`} mm`);
  if (angleDeg !== undefined) sizes.push(`${degrees(angleDeg)}°`);
  if (areaMm2 !== undefined) sizes.push(say("finding.area", { mm2: squareMillimetres(areaMm2) }));
  return at === "imager" ? sizes.map((size) => say("finding.at-imager", { size })) : sizes;
}
