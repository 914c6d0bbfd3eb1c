import type { DicomJsonAttribute, DicomJsonDataSet } from "../../core/dicom/dicom-json.ts";
import { elementOfTag } from "../../core/dicom/dictionary.ts";
import { zoneOffset } from "../../core/dicom/zone-offset.ts";
import type { DeviceMatch } from "../../core/infra/postgres/device-queries.ts";
import { INSTANCE_ATTRIBUTES, SERIES_ATTRIBUTES, STUDY_ATTRIBUTES } from "../../core/study/index-attributes.ts";
import type { RetrieveLevel } from "../../core/study/retrieve-scope.ts";

/** Number of Patient Related Studies, Series, Instances. */
export const PATIENT_RELATED: readonly string[] = ["00201200", "00201202", "00201204"];
export const SOP_CLASSES_IN_STUDY = "00080062";

const AT_PATIENT = ["00100010", "00100020", "00100021", "00100030", "00100040", ...PATIENT_RELATED];
const AT_STUDY = [
  ...AT_PATIENT,
  ...Object.keys(STUDY_ATTRIBUTES),
  "00080061",
  SOP_CLASSES_IN_STUDY,
  "00201206",
  "00201208",
];
const AT_SERIES = [...AT_STUDY, ...Object.keys(SERIES_ATTRIBUTES), "00201209"];
const AT_IMAGE = [...AT_SERIES, ...Object.keys(INSTANCE_ATTRIBUTES)];
/** Query/Retrieve Level, Retrieve AE Title, Instance Availability. */
const AT_EVERY_LEVEL = ["00080052", "00080054", "00080056"];

const ANSWERED: Readonly<Record<RetrieveLevel, ReadonlySet<string>>> = {
  PATIENT: new Set([...AT_EVERY_LEVEL, ...AT_PATIENT]),
  STUDY: new Set([...AT_EVERY_LEVEL, ...AT_STUDY]),
  SERIES: new Set([...AT_EVERY_LEVEL, ...AT_SERIES]),
  IMAGE: new Set([...AT_EVERY_LEVEL, ...AT_IMAGE]),
};

/** Whether an answer at this level may carry the attribute. */
export function isAnswered(tag: string, level: RetrieveLevel): boolean {
  return ANSWERED[level].has(tag);
}

/**
 * The identifier of a pending response (PS3.4 §C.4.1.1.3.2): what was asked for, empty where it is not known, and always
 * the level and where to retrieve from.
 */
export function findAnswer(
  match: DeviceMatch,
  level: RetrieveLevel,
  fields: ReadonlySet<string>,
  retrieveAeTitle: string,
): DicomJsonDataSet {
  const known: DicomJsonDataSet = {
    ...patientAttributes(match),
    ...studyAttributes(match),
    ...match.series?.attributes,
    ...(match.series && {
      "0020000E": attribute("UI", match.series.seriesInstanceUid),
      "00201209": attribute("IS", match.series.instanceCount),
    }),
    ...match.instance?.attributes,
    ...(match.instance && { "00080018": attribute("UI", match.instance.sopInstanceUid) }),
    "00080056": attribute("CS", "ONLINE"),
  };
  return {
    ...Object.fromEntries([...fields].map((tag) => [tag, known[tag] ?? { vr: elementOfTag(tag)?.vr ?? "UN" }])),
    "00080052": attribute("CS", level),
    "00080054": attribute("AE", retrieveAeTitle),
  };
}

function patientAttributes({ patient, ofPatient }: DeviceMatch): DicomJsonDataSet {
  const name = {
    ...(patient.alphabetic && { Alphabetic: patient.alphabetic }),
    ...(patient.ideographic && { Ideographic: patient.ideographic }),
    ...(patient.phonetic && { Phonetic: patient.phonetic }),
  };
  return {
    "00100010": attribute("PN", ...(Object.keys(name).length > 0 ? [name] : [])),
    "00100020": attribute("LO", patient.patientId),
    "00100021": attribute("LO", patient.issuer),
    "00100030": attribute("DA", patient.birthDate),
    "00100040": attribute("CS", patient.sex),
    ...(ofPatient && {
      "00201200": attribute("IS", ofPatient.studies),
      "00201202": attribute("IS", ofPatient.series),
      "00201204": attribute("IS", ofPatient.instances),
    }),
  };
}

/** The study's own header names its patient at study level and below; the zone is the site's where it names none. */
function studyAttributes({ study }: DeviceMatch): DicomJsonDataSet {
  if (!study) return {};
  return {
    "00080201": attribute("SH", zoneOffset(study.timeZone, study.studyDate)),
    ...study.attributes,
    "0020000D": attribute("UI", study.studyInstanceUid),
    "00080061": attribute("CS", ...study.modalities),
    ...(study.sopClassUids && { [SOP_CLASSES_IN_STUDY]: attribute("UI", ...study.sopClassUids) }),
    "00201206": attribute("IS", study.seriesCount),
    "00201208": attribute("IS", study.instanceCount),
  };
}

function attribute(vr: string, ...values: readonly unknown[]): DicomJsonAttribute {
  const present = values.filter((value) => value !== "");
  return present.length > 0 ? { vr, Value: present } : { vr };
}
