import type { DicomJsonDataSet } from "../../core/dicom/dicom-json.ts";
import { uidOf, type WorkitemRow } from "../../core/infra/postgres/workitem-queries.ts";
import type { WorkitemEvent } from "../../core/jobs/workitem-event.ts";
import { cancellationOf, items, performerOf, UPS_PUSH, values } from "../dicomweb/workitem-answer.ts";

/** Event Type IDs of PS3.4 table CC.2.4-1. */
const EVENT_TYPES: Readonly<Record<WorkitemEvent["event"], number>> = {
  state: 1,
  "cancel-requested": 2,
  progress: 3,
  assigned: 5,
};

/** An N-EVENT-REPORT's own elements and the attributes of its type, as one data set (PS3.18 §8.10 and §11.13). */
export function workitemEventReport(event: WorkitemEvent, row: WorkitemRow, messageId: number): DicomJsonDataSet {
  return {
    "00000002": values("UI", UPS_PUSH),
    "00000110": values("US", messageId),
    "00001000": values("UI", uidOf(row.taskId, event.number, row.givenUid)),
    "00001002": values("US", EVENT_TYPES[event.event]),
    ...attributesOf(event, row),
  };
}

/** The state is that of the event, as the next one may have come already. */
function attributesOf(event: WorkitemEvent, row: WorkitemRow): DicomJsonDataSet {
  switch (event.event) {
    case "state":
      return {
        "00404041": values("CS", row.isReady ? "READY" : "INCOMPLETE"),
        "00741000": values("CS", event.state),
        ...(event.state === "CANCELED" && cancellationOf(row)),
      };
    case "cancel-requested":
      return {
        "00741236": values("AE", row.cancelRequest?.requestingAeTitle),
        ...cancellationOf(row),
        ...(row.cancelRequest?.contactUri && { "0074100A": values("UR", row.cancelRequest.contactUri) }),
        ...(row.cancelRequest?.contactName && { "0074100C": values("LO", row.cancelRequest.contactName) }),
      };
    case "progress":
      return {
        "00741002": items({
          "00741006": values("ST", row.state === "claimed" ? "Being read" : "Written, to be countersigned"),
        }),
      };
    case "assigned":
      return { "00404025": items(), ...performerOf(row) };
  }
}
