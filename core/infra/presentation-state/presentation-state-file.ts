import { decimalText } from "../../dicom/encode-values.ts";
import type {
  DisplayedArea,
  DrawnGraphic,
  DrawnPoint,
  DrawnText,
  ForImages,
  GraphicAnnotation,
  PresentationState,
} from "../../marks/presentation-state.ts";
import { frameReference } from "../document/content-items.ts";
import { type DocumentContext, documentFile, type KeywordDataSet } from "../document/document-file.ts";
import { bySeries } from "../document/referenced-instances.ts";
import { longString, shortText } from "../document/text-values.ts";
import { thinnedLine } from "../document/thinned-line.ts";

const GRAYSCALE_SOFTCOPY_PRESENTATION_STATE = "1.2.840.10008.5.1.4.1.1.11.1";
/** Shapes that enclose something always say whether they are filled (PS3.3 table C.10-5). */
const CLOSED = new Set(["CIRCLE", "ELLIPSE"]);

/**
 * A Grayscale Softcopy Presentation State (PS3.3 §A.33.1) by this creator (PN). Every image of it is displayed in an area:
 * `areas` may not be empty. Throws RangeError where that, or an image, is missing, and for a number that is none.
 */
export function presentationStateFile(context: DocumentContext, creator: string, state: PresentationState): Buffer {
  if (state.images.length === 0 || state.areas.length === 0) throw new RangeError("a presentation of nothing");
  return documentFile(
    context,
    {
      sopClassUid: GRAYSCALE_SOFTCOPY_PRESENTATION_STATE,
      modality: "PR",
      seriesNumber: "9913",
      seriesDescription: "Presentation State",
    },
    {
      // it has its own: when it was created
      ContentDate: undefined,
      ContentTime: undefined,
      // type 2C in General Series where no body part says that it is not a paired one
      Laterality: "",
      PresentationCreationDate: context.contentDate,
      PresentationCreationTime: context.contentTime,
      ContentLabel: state.label,
      ContentDescription: longString(state.description),
      ContentCreatorName: creator,
      ReferencedSeriesSequence: bySeries(state.images).map(([seriesInstanceUid, images]) => ({
        ReferencedImageSequence: images.map(frameReference),
        SeriesInstanceUID: seriesInstanceUid,
      })),
      ...(state.rescale && {
        RescaleIntercept: decimalText(state.rescale.intercept),
        RescaleSlope: decimalText(state.rescale.slope),
        RescaleType: state.rescale.type,
      }),
      ...(state.windows.length > 0 && {
        SoftcopyVOILUTSequence: state.windows.map(({ images, window, voiFunction, explanation }) => ({
          ...referenced(images),
          WindowCenter: decimalText(window.center),
          WindowWidth: decimalText(window.width),
          ...(explanation !== "" && { WindowCenterWidthExplanation: longString(explanation) }),
          ...(voiFunction !== "LINEAR" && { VOILUTFunction: voiFunction }),
        })),
      }),
      DisplayedAreaSelectionSequence: state.areas.map((area) => displayedArea(area, state)),
      ImageHorizontalFlip: state.isFlipped ? "Y" : "N",
      ImageRotation: state.rotation,
      PresentationLUTShape: state.isInverted ? "INVERSE" : "IDENTITY",
      ...(state.layers.length > 0 && {
        GraphicLayerSequence: state.layers.map(({ name, order, description, grey }) => ({
          GraphicLayer: name,
          GraphicLayerOrder: String(order),
          ...(grey !== undefined && { GraphicLayerRecommendedDisplayGrayscaleValue: grey }),
          ...(description !== "" && { GraphicLayerDescription: longString(description) }),
        })),
      }),
      ...(state.annotations.length > 0 && { GraphicAnnotationSequence: state.annotations.map(annotation) }),
    },
  );
}

function referenced(images: ForImages): KeywordDataSet {
  return images.length === 0 ? {} : { ReferencedImageSequence: images.map(frameReference) };
}

function displayedArea(area: DisplayedArea, state: PresentationState): KeywordDataSet {
  const { images, size, pixelAspectRatio } = area;
  const [topLeft, bottomRight] = displayedCorners(area, state);
  return {
    ...referenced(images),
    DisplayedAreaTopLeftHandCorner: topLeft,
    DisplayedAreaBottomRightHandCorner: bottomRight,
    PresentationSizeMode: size.mode,
    ...(size.mode === "TRUE SIZE"
      ? { PresentationPixelSpacing: size.spacingMm.map(decimalText) }
      : { PresentationPixelAspectRatio: pixelAspectRatio.map(String) }),
    ...(size.mode === "MAGNIFY" && { PresentationPixelMagnificationRatio: size.ratio }),
  };
}

/**
 * Which pixels of the stored image are seen in the top left and bottom right corner after rotation and flip, as PS3.3 §C.10.4
 * wants them. Corners in the order top left, top right, bottom right, bottom left: a quarter turn moves each to the next.
 */
function displayedCorners(
  { topLeft: [left, top], bottomRight: [right, bottom] }: DisplayedArea,
  { rotation, isFlipped }: PresentationState,
): readonly [topLeft: DrawnPoint | undefined, bottomRight: DrawnPoint | undefined] {
  const stored: readonly DrawnPoint[] = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
  const seenAt = (corner: number) => stored[(corner + 4 - rotation / 90) % 4];
  return isFlipped ? [seenAt(1), seenAt(3)] : [seenAt(0), seenAt(2)];
}

function annotation({ images, layer, graphics, texts }: GraphicAnnotation): KeywordDataSet {
  return {
    ...referenced(images),
    GraphicLayer: layer,
    ...(texts.length > 0 && { TextObjectSequence: texts.map(textObject) }),
    ...(graphics.length > 0 && { GraphicObjectSequence: graphics.map(graphicObject) }),
  };
}

function graphicObject({ units, graphicType, points: drawn, isFilled }: DrawnGraphic): KeywordDataSet {
  const points = thinnedLine(drawn);
  const [first, last] = [points[0], points.at(-1)];
  const isClosed = points.length > 2 && first?.[0] === last?.[0] && first?.[1] === last?.[1];
  return {
    GraphicAnnotationUnits: units,
    GraphicDimensions: 2,
    NumberOfGraphicPoints: points.length,
    GraphicData: points.flat(),
    GraphicType: graphicType,
    ...((CLOSED.has(graphicType) || isClosed) && { GraphicFilled: isFilled ? "Y" : "N" }),
  };
}

function textObject({ text, box, anchor }: DrawnText): KeywordDataSet {
  return {
    UnformattedTextValue: shortText(text),
    ...(box && {
      BoundingBoxAnnotationUnits: box.units,
      BoundingBoxTopLeftHandCorner: box.topLeft,
      BoundingBoxBottomRightHandCorner: box.bottomRight,
      BoundingBoxTextHorizontalJustification: "LEFT",
    }),
    ...(anchor && {
      AnchorPointAnnotationUnits: anchor.units,
      AnchorPoint: anchor.at,
      AnchorPointVisibility: anchor.isVisible ? "Y" : "N",
    }),
  };
}
