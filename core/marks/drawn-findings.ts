import type { CodedConcept } from "./coded-concept.ts";
import type { Finding, Measurement } from "./finding.ts";
import type { ImagePoint, ImageRegion, MarkedRegion } from "./marked-region.ts";
import type { DrawnGraphic, DrawnText, GraphicAnnotation } from "./presentation-state.ts";

/** How people write the units of UCUM; the others as their code. */
const UNITS: Readonly<Record<string, string>> = { mm2: "mm²", cm2: "cm²", deg: "°", "[hnsf'U]": "HU", "1": "" };

/**
 * What was marked in images as lines and texts over them, for viewers that show presentation states and read no report: one
 * annotation an image and its frames. What lies in space is in no image and so not drawn.
 */
export function drawnFindings(findings: readonly Finding[], layer: string): readonly GraphicAnnotation[] {
  const drawn = findings.flatMap((finding) => {
    const regions = regionsOf(finding).filter((region) => region.in === "image");
    return regions.map((region, index) => ({ region, text: index === 0 ? textOf(finding) : "" }));
  });
  const byImage = Map.groupBy(drawn, ({ region: { image } }) => `${image.sopInstanceUid}/${image.frameNumbers.join()}`);
  return [...byImage.values()].flatMap((those) => {
    const [first] = those;
    if (!first) return [];
    return {
      images: [first.region.image],
      layer,
      graphics: those.flatMap(({ region }) => graphicsOf(region)),
      texts: those.flatMap(({ region, text }) => textAt(region, text)),
    };
  });
}

function regionsOf({ region, path, measurements }: Finding): readonly MarkedRegion[] {
  const lines = measurements.flatMap(({ along }) => along);
  return [...(region ? [region] : []), ...(path ? [path] : []), ...lines];
}

/** A presentation state has no set of points: each stands alone. */
function graphicsOf({ graphicType, points }: ImageRegion): readonly DrawnGraphic[] {
  const graphic = (type: DrawnGraphic["graphicType"], those: readonly ImagePoint[]): DrawnGraphic => ({
    units: "PIXEL",
    graphicType: type,
    points: those,
    isFilled: false,
  });
  if (graphicType === "MULTIPOINT") return points.map((point) => graphic("POINT", [point]));
  return [graphic(graphicType, points)];
}

function textAt({ points }: ImageRegion, text: string): readonly DrawnText[] {
  const [at] = points;
  return text === "" || !at ? [] : [{ text, box: undefined, anchor: { units: "PIXEL", at, isVisible: false } }];
}

function textOf({ trackingIdentifier, measurements, comment }: Finding): string {
  const first = [trackingIdentifier, comment].filter((part) => part !== "").join(" ");
  return [first, ...measurements.map(measuredText)].filter((line) => line !== "").join("\r\n");
}

function measuredText({ derivation, value, unit }: Measurement): string {
  const number = String(Number(value.toFixed(1)));
  return [derivation?.meaning ?? "", number, unitText(unit)].filter((part) => part !== "").join(" ");
}

function unitText({ value }: CodedConcept): string {
  return Object.hasOwn(UNITS, value) ? (UNITS[value] ?? "") : value;
}
