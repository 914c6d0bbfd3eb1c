import type { NamedProtocol } from "./choose-protocol.ts";
import type { HangingProtocol, HangingViewport, SeriesWish } from "./hanging-protocol.ts";

const LUNG = ["肺窗", "肺", "lung", "hrct", "高分辨"];
const MEDIASTINUM = ["纵隔", "mediastin", "软组织", "soft"];
const BONE = ["骨", "bone"];
const ENHANCED = [
  "增强",
  "动脉",
  "静脉",
  "门脉",
  "延迟",
  "c+",
  "ce",
  "contrast",
  "enhanced",
  "arterial",
  "venous",
  "portal",
];
const NOT_ENHANCED = ["non-contrast", "noncontrast", "non contrast", "without contrast", "unenhanced"];
const PLAIN = ["平扫", "plain", ...NOT_ENHANCED, "native", "nc"];
const ARTERIAL = ["动脉", "arterial", "art"];
const PORTAL = ["门脉", "门静脉", "静脉期", "实质期", "portal", "venous", "pv", "pvp"];
const DELAYED = ["延迟", "延时", "平衡期", "排泄期", "delay", "equilibrium", "excretory"];
const FRONTAL = ["正位", "后前位", "前后位", "pa", "ap", "frontal"];
const LATERAL = ["侧位", "lat", "lateral"];

const axial = { plane: "axial" } as const;
/** Nothing is missed for want of a word: any slices across the body, then any series. */
const ANY: readonly SeriesWish[] = [axial, {}];

const LUNG_WISHES: readonly SeriesWish[] = [
  { words: LUNG, thickness: "thin", ...axial },
  { kernel: "sharp", thickness: "thin", without: BONE, ...axial },
  { words: LUNG, ...axial },
  { kernel: "sharp", without: BONE, ...axial },
  { thickness: "thin", ...axial },
  ...ANY,
];
const MEDIASTINUM_WISHES: readonly SeriesWish[] = [
  { words: ENHANCED, without: [...NOT_ENHANCED, ...LUNG, ...BONE], kernel: "soft", ...axial },
  { words: MEDIASTINUM, ...axial },
  { kernel: "soft", thickness: "thick", ...axial },
  { kernel: "soft", ...axial },
  { without: [...LUNG, ...BONE], ...axial },
  ...ANY,
];
const BRAIN_WISHES: readonly SeriesWish[] = [
  { kernel: "soft", thickness: "thick", without: ENHANCED, ...axial },
  { kernel: "soft", without: ENHANCED, ...axial },
  { kernel: "soft", ...axial },
  { without: BONE, ...axial },
  ...ANY,
];
const BONE_WISHES: readonly SeriesWish[] = [
  { words: BONE, ...axial },
  { kernel: "sharp", ...axial },
  { thickness: "thin", ...axial },
  ...ANY,
];
const SOFT_WISHES: readonly SeriesWish[] = [
  { kernel: "soft", thickness: "thick", ...axial },
  { kernel: "soft", ...axial },
  { without: BONE, ...axial },
  ...ANY,
];

const ENHANCED_WISH: SeriesWish = { words: ENHANCED, without: NOT_ENHANCED };

/** W 200 L 80: a thin subdural bleeding beside the bone is seen that the brain window hides. */
const SUBDURAL = { center: 80, width: 200 } as const;
/** W 350 L 50: discs, ligaments and muscles. */
const SOFT_TISSUE = { center: 50, width: 350 } as const;

type Window = HangingViewport["window"];

const study = (wishes: readonly SeriesWish[], window: Window, link: number | null = null): HangingViewport => ({
  series: { of: "study", wishes: [...wishes] },
  window,
  plane: "acquisition",
  link,
});
const priorLike = (like: number, window: Window, link: number | null): HangingViewport => ({
  series: { of: "prior", like },
  window,
  plane: "acquisition",
  link,
});
const match = (change: Partial<HangingProtocol["match"]>): HangingProtocol["match"] => ({
  modalities: [],
  regions: [],
  series: [],
  leastSeries: 1,
  prior: "either",
  ...change,
});
const ofHub = (
  id: string,
  zh: string,
  en: string,
  rest: Pick<HangingProtocol, "match" | "layout" | "viewports">,
): NamedProtocol => ({ id: `hub.${id}`, protocol: { name: { zh, en }, author: "Tele-reading Hub", ...rest } });

const CT = ["CT"];
const RADIOGRAPH = ["CR", "DX"];
const pair = { rows: 1, columns: 2 } as const;
const square = { rows: 2, columns: 2 } as const;
const one = { rows: 1, columns: 1 } as const;

/** What the hub ships with, the more special before the more general; the last ones match everything. */
export const SHIPPED_PROTOCOLS: readonly NamedProtocol[] = [
  // Lung and mediastinum are two readings of one examination: nodules and interstitium in thin slices of an edge kernel,
  // nodes, vessels and pleura in smooth ones, enhanced where there are such. Linked, so that a finding is seen in both.
  ofHub("chest", "胸部：肺窗 + 纵隔窗", "Chest: lung + mediastinum", {
    match: match({ modalities: CT, regions: ["chest"] }),
    layout: pair,
    viewports: [study(LUNG_WISHES, "lung", 1), study(MEDIASTINUM_WISHES, "mediastinum", 1)],
  }),
  // Growth of a nodule and of a node: above lungs, below mediastinum, left now, right then, all at one place.
  ofHub("chest-prior", "胸部：与旧片对比", "Chest: with a prior", {
    match: match({ modalities: CT, regions: ["chest"], prior: "wanted" }),
    layout: square,
    viewports: [
      study(LUNG_WISHES, "lung", 1),
      priorLike(0, "lung", 1),
      study(MEDIASTINUM_WISHES, "mediastinum", 1),
      priorLike(2, "mediastinum", 1),
    ],
  }),
  // Bleeding, infarct and shift in the brain window; fractures and the air cells in a bone kernel beside it.
  ofHub("head", "头颅：脑窗 + 骨窗", "Head: brain + bone", {
    match: match({ modalities: CT, regions: ["head"] }),
    layout: pair,
    viewports: [study(BRAIN_WISHES, "brain", 1), study(BONE_WISHES, "bone", 1)],
  }),
  // After trauma: also the wide window for blood along the skull, and the coronal plane for the vertex and the tentorium.
  ofHub("head-trauma", "头颅外伤：脑窗 + 硬膜下窗 + 骨窗", "Head trauma: brain + subdural + bone", {
    match: match({ modalities: CT, regions: ["head"] }),
    layout: square,
    viewports: [
      study(BRAIN_WISHES, "brain", 1),
      study(BRAIN_WISHES, SUBDURAL, 1),
      study(BONE_WISHES, "bone", 1),
      study([{ plane: "coronal", kernel: "soft" }, { plane: "coronal" }, { plane: "sagittal" }], SUBDURAL),
    ],
  }),
  // The phases beside each other at one level: what washes in and out decides what a lesion of the liver or kidney is.
  ofHub("abdomen-phases", "腹部增强：平扫 + 动脉期 + 门脉期 + 延迟期", "Abdomen: plain, arterial, portal, delayed", {
    match: match({ modalities: CT, regions: ["abdomen"], series: [{ words: ARTERIAL }, { words: PORTAL }] }),
    layout: square,
    viewports: [
      study(
        [
          { words: PLAIN, ...axial },
          { without: [...ENHANCED, "art", "pv", "pvp"], ...axial },
        ],
        "abdomen",
        1,
      ),
      study([{ words: ARTERIAL, ...axial }, { words: ARTERIAL }], "abdomen", 1),
      study([{ words: PORTAL, without: ARTERIAL, ...axial }, { words: PORTAL }], "abdomen", 1),
      study([{ words: DELAYED, ...axial }, { words: DELAYED }], "abdomen", 1),
    ],
  }),
  // One enhanced phase: enhancement is the difference to the plain one.
  ofHub("abdomen-enhanced", "腹部：平扫 + 增强", "Abdomen: plain + enhanced", {
    match: match({ modalities: CT, regions: ["abdomen"], series: [{ words: PLAIN }, ENHANCED_WISH] }),
    layout: pair,
    viewports: [
      study([{ words: PLAIN, ...axial }, { words: PLAIN }], "abdomen", 1),
      study([{ ...ENHANCED_WISH, ...axial }, ENHANCED_WISH], "abdomen", 1),
    ],
  }),
  // A plain abdomen is read in one large image: stones, gas, fat stranding.
  ofHub("abdomen", "腹部：平扫", "Abdomen: plain", {
    match: match({ modalities: CT, regions: ["abdomen"] }),
    layout: one,
    viewports: [study(SOFT_WISHES, "abdomen")],
  }),
  // Alignment and height of the vertebrae are seen from the side; the canal and the joints in slices across.
  ofHub("spine-sagittal", "脊柱：矢状位 + 横断位", "Spine: sagittal + axial", {
    match: match({ modalities: CT, regions: ["spine"], series: [{ plane: "sagittal" }] }),
    layout: pair,
    viewports: [
      study(
        [{ plane: "sagittal", kernel: "sharp" }, { plane: "sagittal", words: BONE }, { plane: "sagittal" }],
        "bone",
      ),
      study(SOFT_WISHES, SOFT_TISSUE),
    ],
  }),
  // Without a reformat: discs in the soft window, cortex and facet joints in the bone window of the same slices.
  ofHub("spine", "脊柱：软组织窗 + 骨窗", "Spine: soft tissue + bone", {
    match: match({ modalities: CT, regions: ["spine"] }),
    layout: pair,
    viewports: [study(SOFT_WISHES, SOFT_TISSUE, 1), study(BONE_WISHES, "bone", 1)],
  }),
  // Fracture lines in the bone kernel; effusion, fat in a joint (lipohaemarthrosis) and swelling in the soft one.
  ofHub("extremity", "四肢关节：骨窗 + 软组织窗", "Extremity: bone + soft tissue", {
    match: match({ modalities: CT, regions: ["extremity"] }),
    layout: pair,
    viewports: [study(BONE_WISHES, "bone", 1), study(SOFT_WISHES, SOFT_TISSUE, 1)],
  }),
  // Two views of one part are one picture in the head: what is in front of what. Each as its maker meant it.
  ofHub("radiograph-pair", "X 线：正位 + 侧位", "Radiograph: frontal + lateral", {
    match: match({ modalities: RADIOGRAPH, leastSeries: 2 }),
    layout: pair,
    viewports: [study([{ words: FRONTAL }, { without: LATERAL }, {}], "file"), study([{ words: LATERAL }], "file")],
  }),
  ofHub("radiograph", "X 线：单幅", "Radiograph: one view", {
    match: match({ modalities: RADIOGRAPH }),
    layout: one,
    viewports: [study([{ words: FRONTAL }, {}], "file")],
  }),
  // Change is what a prior is opened for: the same view, the same kernel, the same place, side by side.
  ofHub("prior", "与旧片对比", "With a prior", {
    match: match({ prior: "wanted" }),
    layout: pair,
    viewports: [study(ANY, "file", 1), priorLike(0, "file", 1)],
  }),
  // Nothing is known of it: one large image as the file says, across the body when there is such.
  ofHub("one", "单幅", "One image", {
    match: match({}),
    layout: one,
    viewports: [study(ANY, "file")],
  }),
  // Only by choice: every series at a glance.
  ofHub("four", "前四个序列", "First four series", {
    match: match({}),
    layout: square,
    viewports: [study([], "file"), study([], "file"), study([], "file"), study([], "file")],
  }),
];
