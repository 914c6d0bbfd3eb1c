import { chestAnatomy } from "./chest-anatomy.ts";
import type { CtAnatomy } from "./ct-anatomy.ts";
import { CT_IMAGE_STORAGE, type CtSeriesFacts, ctAttributes } from "./ct-attributes.ts";
import { ctLocalizer } from "./ct-localizer.ts";
import { type CtKernel, ctReconstruction } from "./ct-reconstruction.ts";
import type { CtBody, CtSeriesKind, CtStudyOptions } from "./ct-study-options.ts";
import { demoUid } from "./demo-uid.ts";
import { headAnatomy } from "./head-anatomy.ts";
import { writePart10 } from "./part10-writer.ts";
import { phantomAnatomy } from "./phantom-anatomy.ts";

export interface DemoInstance {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly bytes: Buffer;
}

const SOFT_SLICE_MM = 5;
const THICKEST_SLICE_MM = 5;
const AXIAL = [1, 0, 0, 0, 1, 0] as const;
/** Rows run to the left, columns to the feet: a picture from the front. */
const FRONTAL = [1, 0, 0, 0, 0, -1] as const;

const WINDOWS = {
  lung: { centre: -600, width: 1500, name: "LUNG" },
  mediastinum: { centre: 40, width: 400, name: "MEDIASTINUM" },
  brain: { centre: 38, width: 90, name: "BRAIN" },
  bone: { centre: 450, width: 2000, name: "BONE" },
  water: { centre: 0, width: 400, name: "WATER" },
  scout: { centre: 150, width: 1300, name: "SCOUT" },
} as const;

interface AxialProtocol {
  readonly description: string;
  readonly kernel: CtKernel;
  readonly windows: CtSeriesFacts["windows"];
}

const SHARP = { name: "DEMO-SHARP", blurMm: 0.5, sharpen: 0.25, noise: 1, fine: 0, coarse: 2 } as const;
const SOFT = { name: "DEMO-SOFT", blurMm: 0.75, sharpen: 0, noise: 0.36, fine: 1, coarse: 6 } as const;

const PROTOCOLS: Readonly<Record<CtBody, Readonly<Record<Exclude<CtSeriesKind, "localizer">, AxialProtocol>>>> = {
  chest: {
    thin: { description: "Chest thin 肺窗", kernel: SHARP, windows: [WINDOWS.lung, WINDOWS.mediastinum] },
    soft: { description: "Chest 5.0 纵隔", kernel: SOFT, windows: [WINDOWS.mediastinum, WINDOWS.lung] },
  },
  head: {
    thin: { description: "Head thin 骨窗", kernel: SHARP, windows: [WINDOWS.bone, WINDOWS.brain] },
    soft: { description: "Head 5.0 脑窗", kernel: { ...SOFT, noise: 0.28 }, windows: [WINDOWS.brain, WINDOWS.bone] },
  },
  phantom: {
    thin: { description: "Water thin", kernel: SHARP, windows: [WINDOWS.water] },
    soft: { description: "Water 5.0", kernel: SOFT, windows: [WINDOWS.water] },
  },
};

function anatomyOf({ body, seed, patient, bleed = false }: CtStudyOptions): CtAnatomy {
  if (body === "chest") return chestAnatomy(String(seed), patient.sex);
  if (body === "head") return headAnatomy(String(seed), bleed);
  return phantomAnatomy();
}

const round = (mm: number): number => Math.round(mm * 1000) / 1000;

function pixelBytes(values: Uint16Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function* axialSeries(
  options: CtStudyOptions,
  anatomy: CtAnatomy,
  kind: Exclude<CtSeriesKind, "localizer">,
  series: Omit<
    CtSeriesFacts,
    | "seriesDescription"
    | "windows"
    | "kernelName"
    | "imageType"
    | "orientation"
    | "pixelSpacingMm"
    | "rows"
    | "columns"
    | "sliceThicknessMm"
  >,
): Generator<DemoInstance> {
  const size = options.size ?? 512;
  const spacingMm = round(anatomy.fieldOfViewMm / size);
  const grid = { size, spacingMm };
  const thickCount = Math.min(options.slices, Math.round(anatomy.coverageMm / SOFT_SLICE_MM));
  const count = kind === "soft" ? thickCount : options.slices;
  const stepMm = round(anatomy.coverageMm / count);
  const thicknessMm = Math.min(stepMm, THICKEST_SLICE_MM);
  const protocol = PROTOCOLS[options.body][kind];
  const facts: CtSeriesFacts = {
    ...series,
    seriesDescription: protocol.description,
    windows: protocol.windows,
    kernelName: protocol.kernel.name,
    imageType: ["ORIGINAL", "PRIMARY", "AXIAL"],
    orientation: AXIAL,
    pixelSpacingMm: [spacingMm, spacingMm],
    rows: size,
    columns: size,
    sliceThicknessMm: thicknessMm,
    spacingBetweenSlicesMm: stepMm,
  };
  const { slice } = ctReconstruction(anatomy, grid, protocol.kernel, `${options.seed} ${kind}`);
  const distinct = Math.min(count, options.distinct ?? count);
  const computed: Uint16Array[] = [];
  const corner = round((-(size - 1) / 2) * spacingMm);
  for (let index = 0; index < count; index++) {
    const repeated = index % distinct;
    // With fewer pictures than slices they are spread over the whole length.
    const depthMm = ((repeated + 0.5) * anatomy.coverageMm) / distinct;
    const pixels = computed[repeated] ?? slice(depthMm, thicknessMm, repeated);
    if (distinct < count) computed[repeated] = pixels;
    const sopInstanceUid = demoUid(options.seed, options.accessionNumber, series.seriesInstanceUid, index);
    const instance = {
      sopInstanceUid,
      instanceNumber: index + 1,
      positionMm: [corner, corner, round(-(index + 0.5) * stepMm)] as const,
    };
    const bytes = writePart10({
      sopClassUid: CT_IMAGE_STORAGE,
      sopInstanceUid,
      charset: options.charset ?? "ISO_IR 192",
      rows: [...ctAttributes(options, facts, instance), [0x7fe00010, "OW", pixelBytes(pixels)]],
    });
    yield {
      studyInstanceUid: series.studyInstanceUid,
      seriesInstanceUid: series.seriesInstanceUid,
      sopInstanceUid,
      bytes,
    };
  }
}

function localizerInstance(
  options: CtStudyOptions,
  anatomy: CtAnatomy,
  series: Pick<
    CtSeriesFacts,
    "studyInstanceUid" | "seriesInstanceUid" | "frameOfReferenceUid" | "seriesNumber" | "startsAfterS"
  >,
): DemoInstance {
  const { pixels, rows, columns, spacingMm } = ctLocalizer(anatomy, options.size ?? 512, `${options.seed}`);
  const facts: CtSeriesFacts = {
    ...series,
    seriesDescription: "Localizer 定位像",
    windows: [WINDOWS.scout],
    kernelName: "DEMO-SCOUT",
    imageType: ["ORIGINAL", "PRIMARY", "LOCALIZER"],
    orientation: FRONTAL,
    pixelSpacingMm: [spacingMm, spacingMm],
    rows,
    columns,
    sliceThicknessMm: anatomy.fieldOfViewMm,
  };
  const sopInstanceUid = demoUid(options.seed, options.accessionNumber, series.seriesInstanceUid, 0);
  const positionMm = [round((-(columns - 1) / 2) * spacingMm), 0, round(-spacingMm / 2)] as const;
  const bytes = writePart10({
    sopClassUid: CT_IMAGE_STORAGE,
    sopInstanceUid,
    charset: options.charset ?? "ISO_IR 192",
    rows: [
      ...ctAttributes(options, facts, { sopInstanceUid, instanceNumber: 1, positionMm }),
      [0x7fe00010, "OW", pixelBytes(pixels)],
    ],
  });
  return {
    studyInstanceUid: series.studyInstanceUid,
    seriesInstanceUid: series.seriesInstanceUid,
    sopInstanceUid,
    bytes,
  };
}

/** The instances of one CT study, made as they are asked for: series by series, from the top down. */
export function* generateCtStudy(options: CtStudyOptions): Generator<DemoInstance> {
  const anatomy = anatomyOf(options);
  const studyInstanceUid = demoUid(options.seed, "study", options.accessionNumber, options.body);
  const frameOfReferenceUid = demoUid(options.seed, "frame", studyInstanceUid);
  for (const [index, kind] of (options.series ?? ["thin"]).entries()) {
    const series = {
      studyInstanceUid,
      seriesInstanceUid: demoUid(options.seed, "series", studyInstanceUid, kind),
      frameOfReferenceUid,
      seriesNumber: index + 1,
      startsAfterS: 30 + index * 60,
    };
    if (kind === "localizer") yield localizerInstance(options, anatomy, series);
    else yield* axialSeries(options, anatomy, kind, series);
  }
}
