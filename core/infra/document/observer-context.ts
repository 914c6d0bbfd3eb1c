import { IMPLEMENTATION_CLASS_UID } from "../../dicom/uid.ts";
import { REPORT } from "../../marks/report-concepts.ts";
import { codeItem, personItem, textItem, uidItem } from "./content-items.ts";
import { HUB_NAME, type KeywordDataSet } from "./document-file.ts";

export interface Observer {
  /** PN with its component groups. */
  readonly name: string;
  /** Empty where it is not known. */
  readonly organization: string;
}

/** Who looked and with what: the reader, and the hub as the device (PS3.16 TID 1002, 1003, 1004). */
export function observerContext({ name, organization }: Observer): readonly KeywordDataSet[] {
  return [
    codeItem("HAS OBS CONTEXT", REPORT.observerType, REPORT.person),
    personItem("HAS OBS CONTEXT", REPORT.personName, name),
    ...(organization === "" ? [] : [textItem("HAS OBS CONTEXT", REPORT.personOrganization, organization)]),
    codeItem("HAS OBS CONTEXT", REPORT.observerType, REPORT.device),
    uidItem("HAS OBS CONTEXT", REPORT.deviceUid, IMPLEMENTATION_CLASS_UID),
    textItem("HAS OBS CONTEXT", REPORT.deviceName, HUB_NAME),
  ];
}
