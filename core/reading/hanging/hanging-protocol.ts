import { z } from "zod";
import { BODY_REGIONS } from "./body-regions.ts";
import { SHARPNESS } from "./kernel-sharpness.ts";
import { SERIES_PLANES } from "./series-facts.ts";

const Words = z.array(z.string().trim().min(1).max(64)).min(1).max(40);

/**
 * What a series has to be, all of it at once. Words and no patterns of a language: what a reader saves can neither be
 * wrong in its grammar nor take for ever to match.
 */
const SeriesWish = z.object({
  /** Its description is this, whatever the case. */
  description: z.string().max(64).optional(),
  /** Its description has one of these words. */
  words: Words.optional(),
  /** Its description has none of them. */
  without: Words.optional(),
  /** Of its reconstruction kernel. */
  kernel: z.enum(SHARPNESS).optional(),
  /** Thin: 2 mm and less. */
  thickness: z.enum(["thin", "thick"]).optional(),
  /** In which it was made; a reformatted series has its own. */
  plane: z.enum(SERIES_PLANES).optional(),
});

const ViewportSeries = z.discriminatedUnion("of", [
  /** Of the study that is read: the first wish that a series fulfils. `{}` is any series. */
  z.object({ of: z.literal("study"), wishes: z.array(SeriesWish).max(12) }),
  /** Of the prior: the one that is most like what hangs in that viewport. */
  z.object({ of: z.literal("prior"), like: z.number().int().min(0).max(8) }),
]);

const HangingViewport = z.object({
  series: ViewportSeries,
  /** A preset by its name, values in the unit of the pixels, or what the file says. */
  window: z.union([
    z.enum(["lung", "mediastinum", "bone", "brain", "abdomen", "file"]),
    z.object({ center: z.number().min(-100_000).max(100_000), width: z.number().positive().max(200_000) }),
  ]),
  /** In which it is shown. Other planes than the acquired one are for volumes. */
  plane: z.enum(["acquisition", "axial", "coronal", "sagittal"]),
  /** Viewports of one group scroll together; null: alone. */
  link: z.number().int().min(1).max(9).nullable(),
});

const HangingMatch = z.object({
  /** Empty: every one. */
  modalities: z.array(z.string().regex(/^[A-Z]{2}$/)).max(12),
  /** Empty: every one, also what is not known. */
  regions: z.array(z.enum(BODY_REGIONS)).max(BODY_REGIONS.length),
  /** For each of them there is a series. */
  series: z.array(SeriesWish).max(9),
  /** So many series of images at least. */
  leastSeries: z.number().int().min(1).max(9),
  /** With a study of the same patient to compare with. */
  prior: z.enum(["wanted", "without", "either"]),
});

/** How images are hung: for what, and what goes where. Data: the hub ships some, each reader may save others. */
export const HangingProtocol = z
  .object({
    name: z.object({ zh: z.string().trim().min(1).max(60), en: z.string().trim().min(1).max(60) }),
    /** Who wrote it. */
    author: z.string().max(100),
    match: HangingMatch,
    layout: z.object({ rows: z.number().int().min(1).max(3), columns: z.number().int().min(1).max(3) }),
    /** Row by row, as many as the layout has. */
    viewports: z.array(HangingViewport).min(1).max(9),
  })
  .refine(({ layout, viewports }) => viewports.length === layout.rows * layout.columns, { path: ["viewports"] })
  .refine(
    ({ viewports }) =>
      viewports.every(({ series }) => series.of === "study" || viewports[series.like]?.series.of === "study"),
    { path: ["viewports"] },
  );
export type HangingProtocol = z.infer<typeof HangingProtocol>;
export type HangingViewport = z.infer<typeof HangingViewport>;
export type SeriesWish = z.infer<typeof SeriesWish>;
