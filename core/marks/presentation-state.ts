import type { PersonName } from "../image/dicom-json.ts";
import type { VoiFunction, WindowLevel } from "../image/window-level.ts";
import type { ImageReference } from "./image-reference.ts";

/** Which images something holds for; empty for all that the presentation state refers to. */
export type ForImages = readonly ImageReference[];

/** How images were looked at and what was drawn over them: a Softcopy Presentation State (PS3.3 §A.33.1). */
export interface PresentationState {
  /** CS: upper-case letters, digits, blank and underscore, at most 16. */
  readonly label: string;
  readonly description: string;
  /** All of one study. */
  readonly images: readonly ImageReference[];
  /** Modality LUT; undefined where stored values are shown as they are. */
  readonly rescale: { readonly slope: number; readonly intercept: number; readonly type: string } | undefined;
  readonly windows: readonly PresentedWindow[];
  readonly areas: readonly DisplayedArea[];
  /** Clockwise, after which the image is flipped about the vertical axis (PS3.3 §C.10.6). */
  readonly rotation: 0 | 90 | 180 | 270;
  readonly isFlipped: boolean;
  /** White is black. */
  readonly isInverted: boolean;
  readonly layers: readonly GraphicLayer[];
  readonly annotations: readonly GraphicAnnotation[];
}

/** One of another maker's, or the hub's own, as it was read. */
export interface ReadPresentationState extends PresentationState {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly creator: PersonName;
  /** DA and TM as stored. */
  readonly creationDate: string;
  readonly creationTime: string;
  readonly shutters: readonly Shutter[];
  /** What is in it and not read: tables, shutters of other shapes, overlays, masks; and whatever went beyond the bounds. */
  readonly leftOut: readonly ("voi-table" | "modality-table" | "shutter" | "overlay" | "mask" | "too-much")[];
}

/** In pixels from 1\1; what lies outside is not shown. */
export type Shutter =
  | {
      readonly shape: "RECTANGULAR";
      readonly left: number;
      readonly right: number;
      readonly top: number;
      readonly bottom: number;
    }
  | { readonly shape: "CIRCULAR"; readonly center: DrawnPoint; readonly radius: number }
  | { readonly shape: "POLYGONAL"; readonly vertices: readonly DrawnPoint[] };

export interface PresentedWindow {
  readonly images: ForImages;
  readonly window: WindowLevel;
  readonly voiFunction: VoiFunction;
  readonly explanation: string;
}

/** Corners as pixels from 1\1, both shown, in the image as it is stored: before rotation and flip. */
export interface DisplayedArea {
  readonly images: ForImages;
  readonly topLeft: readonly [column: number, row: number];
  readonly bottomRight: readonly [column: number, row: number];
  readonly size:
    | { readonly mode: "SCALE TO FIT" }
    | { readonly mode: "TRUE SIZE"; readonly spacingMm: readonly [row: number, column: number] }
    | { readonly mode: "MAGNIFY"; readonly ratio: number };
  /** Vertical by horizontal size of a pixel, where no spacing says it. */
  readonly pixelAspectRatio: readonly [vertical: number, horizontal: number];
}

export interface GraphicLayer {
  readonly name: string;
  readonly order: number;
  readonly description: string;
  /** Grey from 0 to 65535; undefined for the viewer's own choice. */
  readonly grey: number | undefined;
}

/** PIXEL: 0\0 is the top left corner of the first pixel. DISPLAY: fractions of the displayed area. */
export type AnnotationUnits = "PIXEL" | "DISPLAY";

export type DrawnPoint = readonly [column: number, row: number];

export interface GraphicAnnotation {
  readonly images: ForImages;
  readonly layer: string;
  readonly graphics: readonly DrawnGraphic[];
  readonly texts: readonly DrawnText[];
}

/** A circle is its centre and a point of it, an ellipse the ends of its long and of its short axis. */
export interface DrawnGraphic {
  readonly units: AnnotationUnits;
  readonly graphicType: "POINT" | "POLYLINE" | "INTERPOLATED" | "CIRCLE" | "ELLIPSE";
  readonly points: readonly DrawnPoint[];
  readonly isFilled: boolean;
}

/** In a box, at a point, or both. */
export interface DrawnText {
  readonly text: string;
  readonly box:
    | { readonly units: AnnotationUnits; readonly topLeft: DrawnPoint; readonly bottomRight: DrawnPoint }
    | undefined;
  readonly anchor:
    | { readonly units: AnnotationUnits; readonly at: DrawnPoint; readonly isVisible: boolean }
    | undefined;
}
