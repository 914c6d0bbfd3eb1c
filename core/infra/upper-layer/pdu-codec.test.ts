import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Pdu } from "./pdu.ts";
import { encodeFragments, encodePdu } from "./pdu-codec.ts";
import { PduReader } from "./pdu-reader.ts";
import { UpperLayerFault } from "./upper-layer-fault.ts";

const LIMITS = { maxAssociateLength: 65_536, maxPduLength: 131_072 };
const byte = fc.nat(255);
const uid = fc.stringMatching(/^[1-9][0-9.]{0,40}[0-9]$/);
const title = fc.stringMatching(/^[A-Z_0-9]([A-Z_ 0-9]{0,14}[A-Z_0-9])?$/);
const common = {
  protocolVersion: fc.nat(65_535),
  applicationContextUid: uid,
  calledAeTitle: title,
  callingAeTitle: title,
  user: fc.record({
    maxPduLength: fc.nat(0xffffffff),
    implementationClassUid: uid,
    implementationVersionName: title,
    roles: fc.array(fc.record({ sopClassUid: uid, scu: fc.boolean(), scp: fc.boolean() }), { maxLength: 5 }),
  }),
};
const proposedContexts = fc.uniqueArray(fc.nat(127), { maxLength: 20 }).chain((ids) =>
  fc.tuple(
    ...ids.map((id) =>
      fc.record({
        id: fc.constant(id * 2 + 1),
        abstractSyntaxUid: uid,
        transferSyntaxUids: fc.array(uid, { maxLength: 5 }),
      }),
    ),
  ),
);
const contextAnswers = fc.array(fc.record({ id: byte, result: byte, transferSyntaxUid: uid }), { maxLength: 20 });

const anyPdu: fc.Arbitrary<Pdu> = fc.oneof(
  fc.record({ kind: fc.constant("associate-rq" as const), contexts: proposedContexts, ...common }),
  fc.record({ kind: fc.constant("associate-ac" as const), contexts: contextAnswers, ...common }),
  fc.record({ kind: fc.constant("associate-rj" as const), result: byte, source: byte, reason: byte }),
  fc.record({ kind: fc.constant("abort" as const), source: byte, reason: byte }),
  fc.record({ kind: fc.constantFrom("release-rq" as const, "release-rp" as const) }),
);

function readAll(bytes: Buffer, chunkLength: number) {
  const reader = new PduReader(LIMITS);
  const events = [];
  for (let at = 0; at < bytes.length; at += chunkLength) {
    events.push(...reader.read(bytes.subarray(at, at + chunkLength)));
  }
  return events;
}

describe("PDUs", () => {
  it("come out of the reader as they went into the encoder, in whatever chunks", () => {
    fc.assert(
      fc.property(fc.array(anyPdu, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 500 }), (pdus, chunk) => {
        const events = readAll(Buffer.concat(pdus.map(encodePdu)), chunk);
        expect(events).toEqual(pdus.map((pdu) => ({ kind: "pdu", pdu })));
      }),
      { numRuns: 150 },
    );
  });

  it("encode an A-ASSOCIATE-RJ byte for byte as PS3.8 table 9-21", () => {
    const bytes = encodePdu({ kind: "associate-rj", result: 1, source: 1, reason: 3 });
    expect(bytes.toString("hex")).toBe("03000000000400010103");
  });

  it("keep fragments within the length the peer announced, and in order", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 3000 }),
        fc.integer({ min: 8, max: 400 }),
        fc.integer({ min: 1, max: 999 }),
        (bytes, maxPduLength, chunk) => {
          const stream = Buffer.concat(encodeFragments(5, false, bytes, maxPduLength));
          const pieces = readAll(stream, chunk).filter((event) => event.kind === "pdv");
          expect(Buffer.concat(pieces.map((piece) => piece.data)).equals(bytes)).toBe(true);
          expect(pieces.map((piece) => piece.isLast)).toEqual([...pieces.slice(1).map(() => false), true]);
          for (let at = 0; at < stream.length; at += 6 + stream.readUInt32BE(at + 2)) {
            expect(stream.readUInt32BE(at + 2)).toBeLessThanOrEqual(maxPduLength);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe("the reader on bytes that are no DICOM", () => {
  /** Random bytes rarely get past a header, so most runs start with a believable one, or with a real PDU that is damaged. */
  const headed = fc
    .tuple(fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 9), fc.nat(300), fc.uint8Array({ maxLength: 400 }))
    .map(([type, length, rest]) => Buffer.concat([Buffer.from([type, 0, 0, 0, length >> 8, length & 255]), rest]));
  const damaged = fc.tuple(anyPdu, fc.array(fc.tuple(fc.nat(2000), byte), { maxLength: 6 })).map(([pdu, changes]) => {
    const bytes = encodePdu(pdu);
    for (const [at, value] of changes) bytes[at % bytes.length] = value;
    return bytes;
  });
  const junk = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));

  it("gives events or an UpperLayerFault, and nothing else", () => {
    fc.assert(
      fc.property(fc.oneof(headed, damaged, junk), fc.integer({ min: 1, max: 700 }), (bytes, chunk) => {
        try {
          const events = readAll(bytes, chunk);
          expect(events.length).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(UpperLayerFault);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it("takes no memory for a length before it has held it against the limit", () => {
    const before = process.memoryUsage().arrayBuffers;
    const readers = [];
    for (let at = 0; at < 200; at++) {
      const type = [1, 2, 3, 4, 5, 6, 7][at % 7] as number;
      const reader = new PduReader(LIMITS);
      readers.push(reader);
      expect(() => [...reader.read(Buffer.from([type, 0, 0xff, 0xff, 0xff, 0xff]))]).toThrow(UpperLayerFault);
    }
    // One 64 KiB body a reader would be 200 × 65536 = 13 MB.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000);
    expect(readers).toHaveLength(200);
  });

  it.each([
    ["associate", 1, 65_536, true],
    ["associate over the limit", 1, 65_537, false],
    ["P-DATA", 4, 131_072, true],
    ["P-DATA over the limit", 4, 131_073, false],
    ["P-DATA too short for a PDV", 4, 5, false],
    ["release of five bytes", 5, 5, false],
    ["abort of three bytes", 7, 3, false],
  ])("%s of type %i and %i bytes: taken %s", (_, type, length, isTaken) => {
    const header = Buffer.from([type, 0, 0, 0, 0, 0]);
    header.writeUInt32BE(length, 2);
    const read = () => [...new PduReader(LIMITS).read(header)];
    if (isTaken) expect(read).not.toThrow();
    else expect(read).toThrow(UpperLayerFault);
  });
});
