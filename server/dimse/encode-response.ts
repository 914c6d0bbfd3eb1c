import { encodeCommand, NO_DATA_SET, RESPONSE_BIT, WITH_DATA_SET } from "../../core/infra/upper-layer/command-codec.ts";
import type { DimseRequest, DimseResponse } from "./dimse-service.ts";

/** The command set of a response: what every one repeats of its request, and what the service adds (PS3.7 §9.3, §10.3). */
export function encodeResponse(request: DimseRequest["command"], response: DimseResponse, hasDataSet: boolean): Buffer {
  const sopClassUid = request.affectedSopClassUid ?? request.requestedSopClassUid;
  return encodeCommand({
    ...(sopClassUid !== undefined && { affectedSopClassUid: sopClassUid }),
    ...response,
    commandField: request.commandField | RESPONSE_BIT,
    messageIdBeingRespondedTo: request.messageId,
    commandDataSetType: hasDataSet ? WITH_DATA_SET : NO_DATA_SET,
  });
}
