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
  readonly modality: string;
  readonly manufacturer?: string;
  readonly model?: string;
  readonly sopClassUid?: string;
  readonly rows?: number;
  readonly columns?: number;
  /** A value of Image Type (0008,0008), or part of one. */
  readonly imageType?: string;
  /** In Series Description (0008,103E). */
  readonly series?: string;
  /** In Comments on Radiation Dose (0040,0310). */
  readonly doseComments?: string;
  /** `outside-regions`: all but the areas that Sequence of Ultrasound Regions (0018,6011) calls an image. */
  readonly blank: readonly Region[] | "outside-regions";
}

const top = (bottom: number): Region => ({ left: 0, top: 0, right: null, bottom });

/**
 * All that fit are taken together. A rule stands here only with where it is published: regions in which many users of RSNA's
 * CTP found names (its DicomPixelAnonymizer.script), those of pydicom's deid (deid.dicom, deid.dicom.ultrasound). Both say the
 * same of the width; here the whole width goes. What looks like a screen and has no rule is refused.
 */
export const PIXEL_RULES: readonly PixelRule[] = [
  // CTP, GE, CT Dose Series
  {
    name: "ge-dose-report",
    modality: "CT",
    manufacturer: "ge medical",
    columns: 512,
    series: "dose report",
    blank: [top(110)],
  },
  {
    name: "ge-dose-comments",
    modality: "CT",
    manufacturer: "ge medical",
    columns: 512,
    doseComments: "dlp",
    blank: [top(110)],
  },
  // deid.dicom, LightSpeed Dose Report
  {
    name: "ge-lightspeed-screen",
    modality: "CT",
    manufacturer: "ge medical",
    model: "lightspeed vct",
    columns: 512,
    imageType: "screen save",
    blank: [top(121)],
  },
  // CTP, Siemens, CT Dose Series
  {
    name: "siemens-dose",
    modality: "CT",
    manufacturer: "siemens",
    rows: 860,
    columns: 1132,
    imageType: "secondary",
    blank: [top(60)],
  },
  // CTP, Philips
  { name: "philips-dose", modality: "CT", manufacturer: "philips", columns: 512, imageType: "dose", blank: [top(135)] },
  // deid.dicom.ultrasound: everything but the regions goes
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
