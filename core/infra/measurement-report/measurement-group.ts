import { isConcept } from "../../marks/coded-concept.ts";
import type { Finding, Measurement } from "../../marks/finding.ts";
import { MEASURED, REPORT } from "../../marks/report-concepts.ts";
import { codeItem, containerItem, numberItem, regionItem, textItem, uidItem } from "../document/content-items.ts";
import type { KeywordDataSet } from "../document/document-file.ts";

/** A finding by TID 1410 where it has a place of its own, else by TID 1501; both are extensible: comment and path. */
export function measurementGroup(finding: Finding): KeywordDataSet {
  const { site, region, path, comment } = finding;
  const content = [
    textItem("HAS OBS CONTEXT", REPORT.trackingIdentifier, finding.trackingIdentifier),
    uidItem("HAS OBS CONTEXT", REPORT.trackingUid, finding.trackingUid),
    ...(finding.finding ? [codeItem("CONTAINS", REPORT.finding, finding.finding)] : []),
    ...(site
      ? [
          codeItem(
            "HAS CONCEPT MOD",
            REPORT.findingSite,
            site.concept,
            site.laterality ? [codeItem("HAS CONCEPT MOD", REPORT.laterality, site.laterality)] : [],
          ),
        ]
      : []),
    ...(region ? [regionItem("CONTAINS", REPORT.imageRegion, region)] : []),
    ...(path ? [regionItem("CONTAINS", REPORT.path, path)] : []),
    ...finding.measurements.map(measured),
    ...(comment === "" ? [] : [textItem("CONTAINS", REPORT.comment, comment)]),
  ];
  return containerItem(REPORT.measurementGroup, content, region ? "1410" : "1501");
}

/** TID 300; two lines are the arms of an angle (CID 7553). */
function measured({ concept, derivation, value, unit, along }: Measurement): KeywordDataSet {
  const isAngle = isConcept(concept, MEASURED.angle) || isConcept(concept, MEASURED.cobbAngle);
  const purpose = isAngle && along.length > 1 ? REPORT.armOfAngle : undefined;
  return numberItem(concept, { value, unit }, [
    ...(derivation ? [codeItem("HAS CONCEPT MOD", REPORT.derivation, derivation)] : []),
    ...along.map((region) => regionItem("INFERRED FROM", purpose, region)),
  ]);
}
