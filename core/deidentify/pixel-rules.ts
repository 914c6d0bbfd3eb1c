/** A rectangle of the frame, `right` and `bottom` excluded; null is the frame's own edge. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly right: number | null;
  readonly bottom: number | null;
}

/** Where a kind of image has its text burned in. Each condition that is given must hold; words are looked for in lower case. */
export interface PixelRule {
  readonly name: string;
  readonly modality?: string;
  readonly manufacturer?: string;
  readonly model?: string;
  readonly sopClassUid?: string;
  readonly rows?: number;
  readonly columns?: number;
  /** A value of Image Type (0008,0008), or part of one. */
  readonly imageType?: string;
  readonly burnedIn?: "YES" | "NO";
  /** `outside-regions`: all but the areas that Sequence of Ultrasound Regions (0018,6011) calls an image. */
  readonly blank: readonly Region[] | "outside-regions";
}

const SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7";
const top = (bottom: number): Region => ({ left: 0, top: 0, right: null, bottom });

/**
 * The first that fits is taken. Dose sheets and screens of CT consoles have the patient above the figures; an ultrasound has
 * name and number in the frame around its calibrated areas. A rule is added only for a device whose pictures somebody has seen.
 */
export const PIXEL_RULES: readonly PixelRule[] = [
  {
    name: "ge-ct-dose",
    modality: "CT",
    manufacturer: "ge medical",
    sopClassUid: SECONDARY_CAPTURE,
    rows: 512,
    columns: 512,
    imageType: "screen save",
    blank: [top(200)],
  },
  {
    name: "ge-ct-screen",
    modality: "CT",
    manufacturer: "ge medical",
    rows: 512,
    columns: 512,
    imageType: "screen save",
    blank: [top(200)],
  },
  { name: "us-multiframe", modality: "US", sopClassUid: "1.2.840.10008.5.1.4.1.1.3.1", blank: "outside-regions" },
  { name: "us", modality: "US", sopClassUid: "1.2.840.10008.5.1.4.1.1.6.1", blank: "outside-regions" },
];

/** Words of Image Type or of a description that tell of a sheet of text, whatever its class. */
export const SCREEN_WORDS: readonly string[] = [
  "screen save",
  "screensave",
  "dose_info",
  "dose info",
  "dose report",
  "dose summary",
  "dose sheet",
  "patient protocol",
  "protocol page",
  "summary page",
  "report",
  "剂量",
  "报告",
];
