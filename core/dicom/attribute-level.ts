export type AttributeLevel = "study" | "series" | "instance";

/** Patient, Clinical Trial Subject and Study, Patient Study, visits and requests: whole groups of PS3.6. */
const STUDY_GROUPS = new Set(["0010", "0012", "0032", "0038"]);
/** General Study (PS3.3 C.7.2.1). */
const STUDY_TAGS = new Set(
  (
    "00080005 00080020 00080030 00080050 00080051 00080090 00080096 0008009C 0008009D 00080201 00081030 00081032 " +
    "00081048 00081049 00081060 00081062 00081080 00081084 00081110 00081120 0020000D 00200010 00401012 00403001"
  ).split(" "),
);
/** General Series, Clinical Trial Series, Frame of Reference, General Equipment (PS3.3 C.7.3.1, C.7.3.2, C.7.4.1, C.7.5.1). */
const SERIES_TAGS = new Set(
  (
    "00080021 00080031 00080060 00080068 00080070 00080080 00080081 00080082 00081010 0008103E 0008103F 00081040 " +
    "00081041 00081050 00081052 00081070 00081072 00081090 00081111 00081250 00120060 00120071 00120072 00180015 " +
    "00181000 00181002 00181008 00181020 00181030 00181050 00181200 00181201 00181204 00185100 0020000E 00200011 " +
    "00200052 00200060 00201040 00280108 00280109 00400244 00400245 00400250 00400251 00400253 00400254 00400260 " +
    "00400275 00400280"
  ).split(" "),
);

/** The highest level at which an attribute says one thing: what is the same in all of a study's, or a series' instances. */
export function levelOfAttribute(tag: string): AttributeLevel {
  if (SERIES_TAGS.has(tag)) return "series";
  return STUDY_TAGS.has(tag) || STUDY_GROUPS.has(tag.slice(0, 4)) ? "study" : "instance";
}
