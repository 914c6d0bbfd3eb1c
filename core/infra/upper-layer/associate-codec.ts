import {
  type AssociateAccept,
  type AssociateRequest,
  type ContextAnswer,
  PDU_TYPE,
  type ProposedContext,
  type RoleSelection,
  type UserInformation,
} from "./pdu.ts";
import { UpperLayerFault } from "./upper-layer-fault.ts";

/** Item types (PS3.8 §9.3.2 and §9.3.3, PS3.7 §D.3.3). */
const ITEM = {
  applicationContext: 0x10,
  proposedContext: 0x20,
  contextAnswer: 0x21,
  abstractSyntax: 0x30,
  transferSyntax: 0x40,
  userInformation: 0x50,
  maxLength: 0x51,
  implementationClassUid: 0x52,
  roleSelection: 0x54,
  implementationVersionName: 0x55,
} as const;

/** Protocol version, two titles, reserved fields: what stands before the first item. */
const FIXED_LENGTH = 68;
const MAX_CONTEXTS = 128;

/**
 * The body of an A-ASSOCIATE-RQ or -AC. Items that are not for us (asynchronous operations window, SOP class extended
 * negotiation, user identity) are passed over, as PS3.8 §9.3.1 asks of unknown ones. Throws UpperLayerFault.
 */
export function decodeAssociate(
  kind: "associate-rq" | "associate-ac",
  body: Buffer,
): AssociateRequest | AssociateAccept {
  if (body.length < FIXED_LENGTH) throw invalid("associate PDU shorter than its fixed part");
  const items = readItems(body.subarray(FIXED_LENGTH));
  const user = items.find((item) => item.type === ITEM.userInformation);
  const applicationContext = items.find((item) => item.type === ITEM.applicationContext);
  const common = {
    protocolVersion: body.readUInt16BE(0),
    calledAeTitle: textOf(body.subarray(4, 20)),
    callingAeTitle: textOf(body.subarray(20, 36)),
    applicationContextUid: applicationContext ? textOf(applicationContext.data) : "",
    user: readUserInformation(user?.data ?? Buffer.alloc(0)),
  };
  if (kind === "associate-ac") {
    const contexts = items.filter((item) => item.type === ITEM.contextAnswer).map((item) => readAnswer(item.data));
    return { kind, ...common, contexts };
  }
  const contexts = items.filter((item) => item.type === ITEM.proposedContext).map((item) => readProposed(item.data));
  if (contexts.length > MAX_CONTEXTS) throw invalid("more than 128 presentation contexts");
  if (new Set(contexts.map((context) => context.id)).size < contexts.length) throw invalid("context id used twice");
  return { kind, ...common, contexts };
}

export function encodeAssociate(pdu: AssociateRequest | AssociateAccept): Buffer {
  const fixed = Buffer.alloc(FIXED_LENGTH);
  fixed.writeUInt16BE(pdu.protocolVersion, 0);
  fixed.write(pdu.calledAeTitle.padEnd(16), 4, 16, "latin1");
  fixed.write(pdu.callingAeTitle.padEnd(16), 20, 16, "latin1");
  const contexts = pdu.kind === "associate-rq" ? pdu.contexts.map(writeProposed) : pdu.contexts.map(writeAnswer);
  const body = Buffer.concat([
    fixed,
    writeItem(ITEM.applicationContext, latin1(pdu.applicationContextUid)),
    ...contexts,
    writeItem(ITEM.userInformation, writeUserInformation(pdu.user)),
  ]);
  const head = Buffer.alloc(6);
  head.writeUInt8(PDU_TYPE[pdu.kind], 0);
  head.writeUInt32BE(body.length, 2);
  return Buffer.concat([head, body]);
}

interface Item {
  readonly type: number;
  readonly data: Buffer;
}

/** Type, reserved byte, 16-bit length, data. The views share the memory of `bytes`. */
function readItems(bytes: Buffer): Item[] {
  const items: Item[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length - at < 4) throw invalid("item header cut short");
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length) throw invalid("item longer than its PDU");
    items.push({ type: bytes.readUInt8(at), data: bytes.subarray(at + 4, end) });
    at = end;
  }
  return items;
}

function writeItem(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt8(type, 0);
  head.writeUInt16BE(data.length, 2);
  return Buffer.concat([head, data]);
}

function readProposed(data: Buffer): ProposedContext {
  if (data.length < 4) throw invalid("presentation context cut short");
  const id = data.readUInt8(0);
  if (id % 2 === 0) throw invalid("presentation context id is even");
  const items = readItems(data.subarray(4));
  const abstractSyntaxes = items.filter((item) => item.type === ITEM.abstractSyntax);
  const [abstractSyntax] = abstractSyntaxes;
  if (!abstractSyntax || abstractSyntaxes.length > 1) throw invalid("presentation context needs one abstract syntax");
  return {
    id,
    abstractSyntaxUid: textOf(abstractSyntax.data),
    transferSyntaxUids: items.filter((item) => item.type === ITEM.transferSyntax).map((item) => textOf(item.data)),
  };
}

function writeProposed(context: ProposedContext): Buffer {
  return writeItem(
    ITEM.proposedContext,
    Buffer.concat([
      Buffer.from([context.id, 0, 0, 0]),
      writeItem(ITEM.abstractSyntax, latin1(context.abstractSyntaxUid)),
      ...context.transferSyntaxUids.map((uid) => writeItem(ITEM.transferSyntax, latin1(uid))),
    ]),
  );
}

function readAnswer(data: Buffer): ContextAnswer {
  if (data.length < 4) throw invalid("presentation context cut short");
  const transferSyntax = readItems(data.subarray(4)).find((item) => item.type === ITEM.transferSyntax);
  return {
    id: data.readUInt8(0),
    result: data.readUInt8(2),
    transferSyntaxUid: transferSyntax ? textOf(transferSyntax.data) : "",
  };
}

function writeAnswer(answer: ContextAnswer): Buffer {
  const transferSyntax = writeItem(ITEM.transferSyntax, latin1(answer.transferSyntaxUid));
  return writeItem(ITEM.contextAnswer, Buffer.concat([Buffer.from([answer.id, 0, answer.result, 0]), transferSyntax]));
}

function readUserInformation(data: Buffer): UserInformation {
  const items = readItems(data);
  const dataOf = (type: number) => items.find((item) => item.type === type)?.data;
  const maxLength = dataOf(ITEM.maxLength);
  if (maxLength && maxLength.length !== 4) throw invalid("maximum length item is not 4 bytes");
  return {
    maxPduLength: maxLength?.readUInt32BE(0) ?? 0,
    implementationClassUid: textOf(dataOf(ITEM.implementationClassUid) ?? Buffer.alloc(0)),
    implementationVersionName: textOf(dataOf(ITEM.implementationVersionName) ?? Buffer.alloc(0)),
    roles: items.filter((item) => item.type === ITEM.roleSelection).map((item) => readRole(item.data)),
  };
}

function writeUserInformation(user: UserInformation): Buffer {
  const maxLength = Buffer.alloc(4);
  maxLength.writeUInt32BE(user.maxPduLength);
  return Buffer.concat([
    writeItem(ITEM.maxLength, maxLength),
    writeItem(ITEM.implementationClassUid, latin1(user.implementationClassUid)),
    ...user.roles.map(writeRole),
    writeItem(ITEM.implementationVersionName, latin1(user.implementationVersionName)),
  ]);
}

function readRole(data: Buffer): RoleSelection {
  if (data.length < 2 || data.length !== data.readUInt16BE(0) + 4) throw invalid("role selection has a wrong length");
  const roles = data.length - 2;
  return {
    sopClassUid: textOf(data.subarray(2, roles)),
    scu: data.readUInt8(roles) === 1,
    scp: data.readUInt8(roles + 1) === 1,
  };
}

function writeRole(role: RoleSelection): Buffer {
  const uid = latin1(role.sopClassUid);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(uid.length);
  return writeItem(ITEM.roleSelection, Buffer.concat([length, uid, Buffer.from([Number(role.scu), Number(role.scp)])]));
}

/** Titles are padded with spaces; UIDs in items are not padded, but some devices add a NUL all the same. */
function textOf(bytes: Buffer): string {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0 || bytes[end - 1] === 0x20)) end--;
  return bytes.toString("latin1", 0, end).trimStart();
}

function latin1(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

function invalid(what: string): UpperLayerFault {
  return new UpperLayerFault("invalidParameterValue", what);
}
