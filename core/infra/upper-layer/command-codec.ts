import { UpperLayerFault } from "./upper-layer-fault.ts";

/** Command elements of group 0000 (PS3.7 Annex E) that we read or write; others are passed over. */
const ELEMENTS = {
  affectedSopClassUid: { number: 0x0002, vr: "UI" },
  requestedSopClassUid: { number: 0x0003, vr: "UI" },
  commandField: { number: 0x0100, vr: "US" },
  messageId: { number: 0x0110, vr: "US" },
  messageIdBeingRespondedTo: { number: 0x0120, vr: "US" },
  moveDestination: { number: 0x0600, vr: "AE" },
  priority: { number: 0x0700, vr: "US" },
  commandDataSetType: { number: 0x0800, vr: "US" },
  status: { number: 0x0900, vr: "US" },
  errorComment: { number: 0x0902, vr: "LO" },
  affectedSopInstanceUid: { number: 0x1000, vr: "UI" },
  requestedSopInstanceUid: { number: 0x1001, vr: "UI" },
  eventTypeId: { number: 0x1002, vr: "US" },
  actionTypeId: { number: 0x1008, vr: "US" },
  remainingSuboperations: { number: 0x1020, vr: "US" },
  completedSuboperations: { number: 0x1021, vr: "US" },
  failedSuboperations: { number: 0x1022, vr: "US" },
  warningSuboperations: { number: 0x1023, vr: "US" },
  moveOriginatorAeTitle: { number: 0x1030, vr: "AE" },
  moveOriginatorMessageId: { number: 0x1031, vr: "US" },
} as const;

type Keyword = keyof typeof ELEMENTS;
type ValueOf<K extends Keyword> = (typeof ELEMENTS)[K]["vr"] extends "US" ? number : string;

export type CommandSet = { readonly [K in Keyword]?: ValueOf<K> };

/** Value of (0000,0800) that says that no data set follows (PS3.7 §E.1). */
export const NO_DATA_SET = 0x0101;
/** Any other value says that one follows. */
export const WITH_DATA_SET = 0x0000;
/** Added to the command field of a request in its response. */
export const RESPONSE_BIT = 0x8000;

const KEYWORD_OF_NUMBER = new Map(
  Object.entries(ELEMENTS).map(([keyword, element]) => [element.number as number, keyword as Keyword]),
);

/** A whole command set: Implicit VR Little Endian, group 0000 alone (PS3.7 §6.3.1). Throws UpperLayerFault. */
export function decodeCommand(bytes: Buffer): CommandSet {
  const command: Partial<Record<Keyword, number | string>> = {};
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length - at < 8) throw invalid("command element cut short");
    const end = at + 8 + bytes.readUInt32LE(at + 4);
    if (end > bytes.length) throw invalid("command element longer than its command");
    if (bytes.readUInt16LE(at) !== 0) throw invalid("element of another group in a command");
    const keyword = KEYWORD_OF_NUMBER.get(bytes.readUInt16LE(at + 2));
    const value = bytes.subarray(at + 8, end);
    if (keyword && value.length > 0) command[keyword] = readValue(ELEMENTS[keyword].vr, value);
    at = end;
  }
  return command as CommandSet;
}

/** Elements in ascending order, after the group length. */
export function encodeCommand(command: CommandSet): Buffer {
  const elements = Object.entries(ELEMENTS).flatMap(([keyword, { number, vr }]) => {
    const value = command[keyword as Keyword];
    return value === undefined ? [] : [element(number, writeValue(vr, value))];
  });
  const groupLength = Buffer.alloc(4);
  groupLength.writeUInt32LE(elements.reduce((sum, bytes) => sum + bytes.length, 0));
  return Buffer.concat([element(0x0000, groupLength), ...elements]);
}

function element(number: number, value: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(number, 2);
  head.writeUInt32LE(value.length, 4);
  return Buffer.concat([head, value]);
}

function readValue(vr: string, value: Buffer): number | string {
  if (vr === "US") {
    if (value.length !== 2) throw invalid("US element of a command is not 2 bytes long");
    return value.readUInt16LE(0);
  }
  let end = value.length;
  while (end > 0 && (value[end - 1] === 0 || value[end - 1] === 0x20)) end--;
  return value.toString("latin1", 0, end).trimStart();
}

function writeValue(vr: string, value: number | string): Buffer {
  if (typeof value === "number") {
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16LE(value);
    return bytes;
  }
  return Buffer.from(value.length % 2 === 0 ? value : value + (vr === "UI" ? "\0" : " "), "latin1");
}

function invalid(what: string): UpperLayerFault {
  return new UpperLayerFault("invalidParameterValue", what);
}
