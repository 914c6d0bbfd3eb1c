import type { ImageSeries } from "../../image/study-model.ts";
import { hasAnyWord } from "./has-word.ts";
import { kernelSharpness, type Sharpness } from "./kernel-sharpness.ts";
import { type SeriesPurpose, seriesPurpose } from "./series-purpose.ts";

export const SERIES_PLANES = ["axial", "coronal", "sagittal"] as const;
export type SeriesPlane = (typeof SERIES_PLANES)[number];

/** What decides where a series hangs. */
export interface SeriesFacts {
  readonly seriesInstanceUid: string;
  readonly description: string;
  readonly modality: string;
  readonly bodyPart: string;
  readonly purpose: SeriesPurpose;
  readonly sharpness: Sharpness | undefined;
  readonly thicknessMm: number | undefined;
  readonly plane: SeriesPlane | undefined;
  readonly frameCount: number;
}

/** Cosine of the angle up to which a plane counts as axial and so on: a gantry tilts by 30°. */
const LEAST_COSINE = 0.8;

const SHARP_WORDS = ["肺窗", "骨窗", "lung", "bone", "sharp", "hrct", "高分辨"];
const SOFT_WORDS = ["纵隔", "脑窗", "软组织", "腹窗", "mediastin", "brain", "soft", "standard"];
const PLANE_WORDS: Readonly<Record<SeriesPlane, readonly string[]>> = {
  coronal: ["冠状", "冠位", "coronal", "cor"],
  sagittal: ["矢状", "矢位", "sagittal", "sag"],
  axial: ["横断", "轴位", "轴状", "axial", "tra", "ax"],
};

export function seriesFacts(series: ImageSeries): SeriesFacts {
  const { description, frames } = series;
  const middle = frames[Math.floor(frames.length / 2)];
  const kernel = series.convolutionKernel ?? "";
  return {
    seriesInstanceUid: series.seriesInstanceUid,
    description,
    modality: series.modality,
    bodyPart: series.bodyPart,
    purpose: seriesPurpose({
      description,
      modality: series.modality,
      imageType: series.imageType ?? [],
      isColour: (middle?.format.samplesPerPixel ?? 1) > 1,
      hasGeometry: middle?.geometry !== undefined,
      isSecondaryCapture: middle?.sopClassUid.startsWith("1.2.840.10008.5.1.4.1.1.7") === true,
    }),
    // A kernel's name that is known is the truth; a description says which window was meant.
    sharpness: kernelSharpness(kernel) ?? sharpnessOfText(description),
    thicknessMm: middle?.thicknessMm ?? thicknessOfText(description),
    plane: planeOfNormal(middle?.geometry?.normal) ?? planeOfText(description),
    frameCount: frames.length,
  };
}

function sharpnessOfText(description: string): Sharpness | undefined {
  if (hasAnyWord(description, SOFT_WORDS)) return "soft";
  if (hasAnyWord(description, SHARP_WORDS)) return "sharp";
  // Siemens puts the kernel at the end of the description: "Thorax  1.0  B70f"
  const last = description.trim().split(/\s+/).at(-1) ?? "";
  return /^[BHI][a-z]?\d{2}[a-z]?$/.test(last) ? kernelSharpness(last) : undefined;
}

function thicknessOfText(description: string): number | undefined {
  if (hasAnyWord(description, ["薄层", "thin"])) return 1;
  const said = /(\d{1,2}(?:\.\d{1,3})?)\s*mm/i.exec(description);
  return said ? Number(said[1]) : undefined;
}

function planeOfNormal(normal: readonly [number, number, number] | undefined): SeriesPlane | undefined {
  if (!normal) return undefined;
  const [x, y, z] = normal.map(Math.abs);
  if (z !== undefined && z >= LEAST_COSINE) return "axial";
  if (y !== undefined && y >= LEAST_COSINE) return "coronal";
  return x !== undefined && x >= LEAST_COSINE ? "sagittal" : undefined;
}

function planeOfText(description: string): SeriesPlane | undefined {
  return SERIES_PLANES.toReversed().find((plane) => hasAnyWord(description, PLANE_WORDS[plane]));
}
