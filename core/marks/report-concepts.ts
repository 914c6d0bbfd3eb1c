import type { CodedConcept } from "./coded-concept.ts";

function dcm(value: string, meaning: string): CodedConcept {
  return { value, scheme: "DCM", meaning };
}

function sct(value: string, meaning: string): CodedConcept {
  return { value, scheme: "SCT", meaning };
}

function ucum(value: string, meaning: string): CodedConcept {
  return { value, scheme: "UCUM", meaning };
}

/** Names and values of TID 1500, 1204, 1002, 1600, 1410, 1501, 300 and 2010 (PS3.16 annexes A and D). */
export const REPORT = {
  imagingMeasurementReport: dcm("126000", "Imaging Measurement Report"),
  imagingMeasurements: dcm("126010", "Imaging Measurements"),
  measurementGroup: dcm("125007", "Measurement Group"),
  trackingIdentifier: dcm("112039", "Tracking Identifier"),
  trackingUid: dcm("112040", "Tracking Unique Identifier"),
  finding: dcm("121071", "Finding"),
  comment: dcm("121106", "Comment"),
  findingSite: sct("363698007", "Finding Site"),
  laterality: sct("272741003", "Laterality"),
  imageRegion: dcm("111030", "Image Region"),
  path: dcm("121055", "Path"),
  armOfAngle: dcm("121223", "Arm of angle"),
  derivation: dcm("121401", "Derivation"),
  language: dcm("121049", "Language of Content Item and Descendants"),
  chinese: { value: "zh", scheme: "RFC5646", meaning: "Chinese" },
  procedureReported: dcm("121058", "Procedure reported"),
  imagingProcedure: sct("363679005", "Imaging procedure"),
  imageLibrary: dcm("111028", "Image Library"),
  imageLibraryGroup: dcm("126200", "Image Library Group"),
  modality: dcm("121139", "Modality"),
  observerType: dcm("121005", "Observer Type"),
  person: dcm("121006", "Person"),
  device: dcm("121007", "Device"),
  personName: dcm("121008", "Person Observer Name"),
  personOrganization: dcm("121009", "Person Observer's Organization Name"),
  deviceUid: dcm("121012", "Device Observer UID"),
  deviceName: dcm("121013", "Device Observer Name"),
  keyObjectDescription: dcm("113012", "Key Object Description"),
} as const satisfies Readonly<Record<string, CodedConcept>>;

/** What is measured (CID 218, 7469), how it was derived (CID 7464) and in which unit (CID 7181). */
export const MEASURED = {
  length: sct("410668003", "Length"),
  longAxis: sct("103339001", "Long Axis"),
  shortAxis: sct("103340004", "Short Axis"),
  angle: sct("1483009", "Angle"),
  cobbAngle: sct("285285000", "Cobb angle"),
  area: sct("42798000", "Area"),
  perimeter: sct("131191004", "Perimeter"),
  attenuation: dcm("112031", "Attenuation Coefficient"),
  mrSignal: dcm("110852", "MR signal intensity"),
  mean: sct("373098007", "Mean"),
  standardDeviation: sct("386136009", "Standard Deviation"),
  minimum: sct("255605001", "Minimum"),
  maximum: sct("56851009", "Maximum"),
  millimetre: ucum("mm", "millimeter"),
  squareMillimetre: ucum("mm2", "square millimeter"),
  degree: ucum("deg", "degree"),
  hounsfield: ucum("[hnsf'U]", "Hounsfield unit"),
  noUnits: ucum("1", "no units"),
} as const satisfies Readonly<Record<string, CodedConcept>>;
