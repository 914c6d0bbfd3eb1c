import { describe, expect, it } from "vitest";
import { decodeAssociate, encodeAssociate } from "./associate-codec.ts";
import { APPLICATION_CONTEXT_UID, type AssociateRequest } from "./pdu.ts";

const REQUEST: AssociateRequest = {
  kind: "associate-rq",
  protocolVersion: 1,
  applicationContextUid: APPLICATION_CONTEXT_UID,
  calledAeTitle: "HUB",
  callingAeTitle: "CT_YANJI",
  contexts: [{ id: 1, abstractSyntaxUid: "1.2.840.10008.1.1", transferSyntaxUids: ["1.2.840.10008.1.2"] }],
  user: { maxPduLength: 16_384, implementationClassUid: "2.25.7", implementationVersionName: "X_1", roles: [] },
};
const item = (type: number, ...data: number[]) => Buffer.from([type, 0, data.length >> 8, data.length & 255, ...data]);
const bodyOf = (request: AssociateRequest) => encodeAssociate(request).subarray(6);

describe("decodeAssociate", () => {
  it("passes over items that are not for us, wherever they stand", () => {
    const body = bodyOf(REQUEST);
    // The user information is last: its length at its third byte grows by what is appended to it.
    const userAt = body.indexOf(Buffer.from([0x50, 0]), 68);
    const asynchronous = item(0x53, 0, 8, 0, 8);
    const extended = item(0x56, 0, 3, 0x31, 0x2e, 0x32, 1, 1, 1);
    const identity = item(0x58, 2, 1, 0, 1, 0x61, 0, 1, 0x62);
    const user = Buffer.concat([body.subarray(userAt), asynchronous, extended, identity]);
    user.writeUInt16BE(user.length - 4, 2);
    const unknown = item(0x77, 1, 2, 3);
    expect(decodeAssociate("associate-rq", Buffer.concat([body.subarray(0, userAt), unknown, user]))).toEqual(REQUEST);
  });

  it("takes a UID that is padded with a NUL, as some devices send it", () => {
    const body = bodyOf({
      ...REQUEST,
      contexts: [{ id: 1, abstractSyntaxUid: "1.2.840.10008.1.1\0", transferSyntaxUids: ["1.2.840.10008.1.2\0"] }],
    });
    expect(decodeAssociate("associate-rq", body)).toEqual(REQUEST);
  });

  const [context] = REQUEST.contexts;
  it.each([
    ["an even context id", [{ ...context, id: 2 }]],
    ["a context id used twice", [context, context]],
    ["129 contexts", Array.from({ length: 129 }, (_, at) => ({ ...context, id: (at * 2 + 1) % 256 }))],
  ])("refuses %s", (_, contexts) => {
    const body = bodyOf({ ...REQUEST, contexts: contexts as AssociateRequest["contexts"] });
    expect(() => decodeAssociate("associate-rq", body)).toThrow("context");
  });

  it("refuses an item that claims more than its PDU holds", () => {
    const body = Buffer.concat([bodyOf(REQUEST), Buffer.from([0x77, 0, 0xff, 0xff, 1])]);
    expect(() => decodeAssociate("associate-rq", body)).toThrow("item longer than its PDU");
  });
});
