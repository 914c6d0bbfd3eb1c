import { decimalText } from "../../dicom/encode-values.ts";
import type { CodedConcept } from "../../marks/coded-concept.ts";
import type { ImageReference } from "../../marks/image-reference.ts";
import type { MarkedRegion } from "../../marks/marked-region.ts";
import type { KeywordDataSet } from "./document-file.ts";
import { instanceReference } from "./referenced-instances.ts";
import { longString, unlimitedText } from "./text-values.ts";
import { thinnedLine } from "./thinned-line.ts";

/** The relations of PS3.3 table C.17.3-8 that the hub writes. */
export type Relationship =
  | "CONTAINS"
  | "HAS OBS CONTEXT"
  | "HAS CONCEPT MOD"
  | "HAS ACQ CONTEXT"
  | "INFERRED FROM"
  | "SELECTED FROM";

type Items = readonly KeywordDataSet[];

function codeSequence({ value, scheme, meaning }: CodedConcept): Items {
  const keyword = value.length > 16 ? "LongCodeValue" : "CodeValue";
  return [{ [keyword]: value, CodingSchemeDesignator: scheme, CodeMeaning: longString(meaning) }];
}

function item(
  relationship: Relationship,
  valueType: string,
  concept: CodedConcept | undefined,
  value: KeywordDataSet,
  children: Items = [],
): KeywordDataSet {
  return {
    RelationshipType: relationship,
    ValueType: valueType,
    ...(concept && { ConceptNameCodeSequence: codeSequence(concept) }),
    ...value,
    ...(children.length > 0 && { ContentSequence: children }),
  };
}

export function containerItem(concept: CodedConcept, children: Items, templateId?: string): KeywordDataSet {
  return item("CONTAINS", "CONTAINER", concept, { ContinuityOfContent: "SEPARATE", ...template(templateId) }, children);
}

/** The root of a content tree (PS3.3 §C.17.3): a container that nothing contains. */
export function rootContainer(concept: CodedConcept, children: Items, templateId: string): KeywordDataSet {
  return {
    ValueType: "CONTAINER",
    ConceptNameCodeSequence: codeSequence(concept),
    ContinuityOfContent: "SEPARATE",
    ...template(templateId),
    ContentSequence: children,
  };
}

function template(templateId: string | undefined): KeywordDataSet {
  return templateId === undefined
    ? {}
    : { ContentTemplateSequence: [{ MappingResource: "DCMR", TemplateIdentifier: templateId }] };
}

export function codeItem(
  relationship: Relationship,
  concept: CodedConcept,
  code: CodedConcept,
  children: Items = [],
): KeywordDataSet {
  return item(relationship, "CODE", concept, { ConceptCodeSequence: codeSequence(code) }, children);
}

export function textItem(relationship: Relationship, concept: CodedConcept, text: string): KeywordDataSet {
  return item(relationship, "TEXT", concept, { TextValue: unlimitedText(text) });
}

export function uidItem(relationship: Relationship, concept: CodedConcept, uid: string): KeywordDataSet {
  return item(relationship, "UIDREF", concept, { UID: uid });
}

export function personItem(relationship: Relationship, concept: CodedConcept, name: string): KeywordDataSet {
  return item(relationship, "PNAME", concept, { PersonName: name });
}

/** The value as DS, and as a double where 16 letters do not hold it (PS3.3 §C.18.1). */
export function numberItem(
  concept: CodedConcept,
  measured: { readonly value: number; readonly unit: CodedConcept },
  children: Items,
): KeywordDataSet {
  const text = decimalText(measured.value);
  const value = {
    NumericValue: text,
    ...(Number(text) !== measured.value && { FloatingPointValue: measured.value }),
    MeasurementUnitsCodeSequence: codeSequence(measured.unit),
  };
  return item("CONTAINS", "NUM", concept, { MeasuredValueSequence: [value] }, children);
}

export function imageItem(relationship: Relationship, image: ImageReference): KeywordDataSet {
  return item(relationship, "IMAGE", undefined, { ReferencedSOPSequence: [frameReference(image)] });
}

/** An instance with the frames that are meant of it, in a sequence of images or of SOPs. */
export function frameReference(image: ImageReference): KeywordDataSet {
  return {
    ...instanceReference(image),
    ...(image.frameNumbers.length > 0 && { ReferencedFrameNumber: image.frameNumbers.map(String) }),
  };
}

/** SCOORD selected from its image, or SCOORD3D in its frame of reference (PS3.3 §C.18.6, §C.18.9). */
export function regionItem(
  relationship: Relationship,
  concept: CodedConcept | undefined,
  region: MarkedRegion,
): KeywordDataSet {
  const graphic = {
    GraphicType: region.graphicType,
    GraphicData: thinnedLine<readonly number[]>(region.points).flat(),
  };
  if (region.in === "image")
    return item(relationship, "SCOORD", concept, graphic, [imageItem("SELECTED FROM", region.image)]);
  return item(relationship, "SCOORD3D", concept, {
    ...graphic,
    ReferencedFrameOfReferenceUID: region.frameOfReferenceUid,
  });
}
