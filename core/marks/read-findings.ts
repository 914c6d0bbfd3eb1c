import { type CodedConcept, isConcept } from "./coded-concept.ts";
import type { ContentItem } from "./content-tree.ts";
import type { Finding, Measurement } from "./finding.ts";
import type { MarkedRegion } from "./marked-region.ts";
import { regionOfItem } from "./region-of-item.ts";
import { MEASURED, REPORT } from "./report-concepts.ts";
import type { StructuredDocument } from "./structured-document.ts";

/** As they were called before SNOMED CT (PS3.16 annex D, SRT). */
const FINDING_SITES = [REPORT.findingSite, { value: "G-C0E3", scheme: "SRT", meaning: "Finding Site" }] as const;
const LATERALITIES = [REPORT.laterality, { value: "G-C171", scheme: "SRT", meaning: "Laterality" }] as const;
const DEPTH = 8;

/** The measurement groups of a report of any maker that follows TID 1500, or is built of its groups. Never throws. */
export function findingsOf({ root }: StructuredDocument): readonly Finding[] {
  return groupsBelow(root, DEPTH).map((group) => findingOf(root, group));
}

function groupsBelow(item: ContentItem, depth: number): readonly ContentItem[] {
  if (item.valueType !== "CONTAINER" || depth < 0) return [];
  if (isConcept(item.concept, REPORT.measurementGroup)) return [item];
  return item.children.flatMap((child) => groupsBelow(child, depth - 1));
}

function findingOf(root: ContentItem, group: ContentItem): Finding {
  const site = childOf(group, ...FINDING_SITES);
  return {
    trackingIdentifier: childOf(group, REPORT.trackingIdentifier)?.text ?? "",
    trackingUid: childOf(group, REPORT.trackingUid)?.text ?? "",
    finding: childOf(group, REPORT.finding)?.code,
    site: site?.code && { concept: site.code, laterality: childOf(site, ...LATERALITIES)?.code },
    region: regionChild(root, group, REPORT.imageRegion),
    path: regionChild(root, group, REPORT.path),
    measurements: group.children.flatMap((child) => measurementOf(root, child) ?? []),
    comment: childOf(group, REPORT.comment)?.text ?? "",
  };
}

function measurementOf(root: ContentItem, item: ContentItem): Measurement | undefined {
  if (!item.number || !item.concept) return undefined;
  return {
    concept: item.concept,
    derivation: childOf(item, REPORT.derivation)?.code,
    value: item.number.value,
    unit: item.number.unit ?? MEASURED.noUnits,
    along: item.children.flatMap((child) => regionOfItem(root, child) ?? []),
  };
}

function childOf(item: ContentItem, ...concepts: readonly CodedConcept[]): ContentItem | undefined {
  return item.children.find((child) => concepts.some((concept) => isConcept(child.concept, concept)));
}

function regionChild(root: ContentItem, group: ContentItem, concept: CodedConcept): MarkedRegion | undefined {
  const named = group.children.filter((child) => isConcept(child.concept, concept));
  return named.map((child) => regionOfItem(root, child)).find((region) => region !== undefined);
}
