import { once } from "node:events";
import { createConnection } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changeVrEncoding } from "../../core/dicom/change-vr-encoding.ts";
import { encodeDataSet } from "../../core/dicom/encode-data-set.ts";
import { IMPLICIT_VR_LITTLE_ENDIAN } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";
import { decodeAssociate } from "../../core/infra/upper-layer/associate-codec.ts";
import { decodeCommand, encodeCommand } from "../../core/infra/upper-layer/command-codec.ts";
import { DataSetStream } from "../../core/infra/upper-layer/data-set-stream.ts";
import { MessageAssembler } from "../../core/infra/upper-layer/message-assembler.ts";
import type { AcceptedContext } from "../../core/infra/upper-layer/pdu.ts";
import { encodeFragments, encodePdu } from "../../core/infra/upper-layer/pdu-codec.ts";
import { PduReader } from "../../core/infra/upper-layer/pdu-reader.ts";
import { UpperLayerFault } from "../../core/infra/upper-layer/upper-layer-fault.ts";
import { DimseFault } from "../../server/dimse/dimse-fault.ts";
import { findQuery } from "../../server/dimse/find-query.ts";
import { readIdentifier } from "../../server/dimse/read-identifier.ts";
import { retrieveScope } from "../../server/dimse/retrieve-scope.ts";
import { openArchivePort } from "../dimse/archive-port.ts";
import { ASSOCIATE_REQUEST, ECHO_REQUEST, STORE_CONTEXT, storeRequest } from "../dimse/raw-peer.ts";
import { SECONDARY_CAPTURE_UID, tinyDataSet } from "../dimse/tiny-part10.ts";
import { dice, inPieces, mutated, noise } from "./mutated-streams.ts";

/** 10⁵ cases in all; the seeds are the cases, so a failure names the one to run again. */
const STREAMS = 30_000;
const BODIES = 60_000;
const IDENTIFIERS = 5_750;
const DATA_SETS = 4_000;
const CONNECTIONS = 250;
const PDUS_A_CONNECTION = 20;

const FIND_CONTEXT = 5;
const GET_CONTEXT = 7;
const STUDY_ROOT_FIND = "1.2.840.10008.5.1.4.1.2.2.1";
const STUDY_ROOT_GET = "1.2.840.10008.5.1.4.1.2.2.3";
const REQUEST = {
  ...ASSOCIATE_REQUEST,
  callingAeTitle: "CT_YANJI",
  contexts: [
    ...ASSOCIATE_REQUEST.contexts,
    { id: FIND_CONTEXT, abstractSyntaxUid: STUDY_ROOT_FIND, transferSyntaxUids: [IMPLICIT_VR_LITTLE_ENDIAN] },
    { id: GET_CONTEXT, abstractSyntaxUid: STUDY_ROOT_GET, transferSyntaxUids: [IMPLICIT_VR_LITTLE_ENDIAN] },
  ],
  user: { ...ASSOCIATE_REQUEST.user, roles: [{ sopClassUid: SECONDARY_CAPTURE_UID, scu: true, scp: true }] },
};
const CONTEXTS = new Map<number, AcceptedContext>(
  REQUEST.contexts.map(({ id, abstractSyntaxUid, transferSyntaxUids: [transferSyntaxUid = ""] }) => [
    id,
    { id, abstractSyntaxUid, transferSyntaxUid },
  ]),
);
const FIND_KEYS = {
  "00080020": { vr: "DA", Value: ["20260101-20261231"] },
  "00080030": { vr: "TM", Value: ["10"] },
  "00080052": { vr: "CS", Value: ["STUDY"] },
  "00080061": { vr: "CS", Value: ["CT"] },
  "00100010": { vr: "PN", Value: [{ Alphabetic: "Jin*", Ideographic: "金?" }] },
  "00100020": { vr: "LO", Value: ["YJ*"] },
  "0020000D": { vr: "UI", Value: ["2.25.1", "2.25.2"] },
};
const IDENTIFIER = encodeDataSet(FIND_KEYS, { isImplicitVr: true, characterSet: "GB18030" });

const message = (contextId: number, command: Parameters<typeof encodeCommand>[0], dataSet?: Buffer) =>
  Buffer.concat([
    ...encodeFragments(contextId, true, encodeCommand(command), 256),
    ...(dataSet ? encodeFragments(contextId, false, dataSet, 512) : []),
  ]);
const ask = (contextId: number, affectedSopClassUid: string, commandField: number) =>
  message(
    contextId,
    { affectedSopClassUid, commandField, messageId: 3, priority: 0, commandDataSetType: 0 },
    IDENTIFIER,
  );

const ASSOCIATE = encodePdu(REQUEST);
const MESSAGES: readonly Buffer[] = [
  message(1, ECHO_REQUEST),
  message(STORE_CONTEXT, storeRequest(2, "2.25.71"), tinyDataSet("2.25.71")),
  ask(FIND_CONTEXT, STUDY_ROOT_FIND, 0x0020),
  ask(GET_CONTEXT, STUDY_ROOT_GET, 0x0010),
  message(FIND_CONTEXT, { commandField: 0x0fff, messageIdBeingRespondedTo: 3, commandDataSetType: 0x0101 }),
  message(STORE_CONTEXT, { commandField: 0x8001, messageIdBeingRespondedTo: 1, status: 0, commandDataSetType: 0x0101 }),
  encodePdu({ kind: "release-rq" }),
  encodePdu({ kind: "abort", source: 0, reason: 0 }),
];

/** Runs the law for every seed, and says by how many bytes the heap and its buffers have grown for good. */
function growthOver(cases: number, law: (seed: number) => void): number {
  const before = liveBytes();
  let seed = 0;
  fc.assert(
    fc.property(fc.constant(null), () => law(seed++)),
    { numRuns: cases, endOnFailure: true },
  );
  return liveBytes() - before;
}

function liveBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Nothing is kept of a case; what V8 itself keeps (code, caches) is far less. */
const MOST_GROWTH = 48 * 1024 * 1024;

const faultsOnly = (run: () => void) => {
  try {
    run();
  } catch (error) {
    if (!(error instanceof UpperLayerFault)) throw error;
  }
};

describe("any bytes", () => {
  it("as a stream of PDUs give events or a fault, no more events than bytes, and nothing stays", () => {
    const growth = growthOver(STREAMS, (seed) => {
      const by = dice(seed);
      const valid = Buffer.concat([ASSOCIATE, ...Array.from({ length: by.below(3) }, () => by.oneOf(MESSAGES))]);
      const bytes = by.below(10) === 0 ? noise(by, by.below(400)) : mutated(valid, by);
      const reader = new PduReader({ maxAssociateLength: 65_536, maxPduLength: 262_144 });
      const assembler = new MessageAssembler(CONTEXTS);
      let events = 0;
      faultsOnly(() => {
        for (const piece of inPieces(bytes, by)) {
          for (const event of reader.read(piece)) {
            events++;
            if (event.kind === "pdv") assembler.take(event);
          }
        }
      });
      if (events > bytes.length) throw new Error(`${events} events of ${bytes.length} bytes (seed ${seed})`);
    });
    expect(growth).toBeLessThan(MOST_GROWTH);
  });

  it("as the body of an association request, an answer to one, or a command are read or refused", () => {
    const accept = encodePdu({
      ...REQUEST,
      kind: "associate-ac",
      contexts: [{ id: 1, result: 0, transferSyntaxUid: "1.2" }],
    });
    const command = encodeCommand(storeRequest(2, "2.25.71"));
    const growth = growthOver(BODIES, (seed) => {
      const by = dice(-seed - 1);
      const which = by.below(3);
      if (which === 0) faultsOnly(() => decodeAssociate("associate-rq", mutated(ASSOCIATE.subarray(6), by)));
      else if (which === 1) faultsOnly(() => decodeAssociate("associate-ac", mutated(accept.subarray(6), by)));
      else faultsOnly(() => decodeCommand(mutated(command, by)));
    });
    expect(growth).toBeLessThan(MOST_GROWTH);
  });

  it("as the identifier of a query or retrieve are understood or refused in words that fit", async () => {
    for (let seed = 0; seed < IDENTIFIERS; seed++) {
      const dataSet = new DataSetStream(1 << 20);
      dataSet.push(mutated(IDENTIFIER, dice(seed)));
      dataSet.end();
      const context = { id: 1, abstractSyntaxUid: STUDY_ROOT_FIND, transferSyntaxUid: IMPLICIT_VR_LITTLE_ENDIAN };
      const command = { commandField: 0x20, messageId: 1 };
      try {
        const identifier = await readIdentifier({ command, context, dataSet, signal: new AbortController().signal });
        findQuery("study", identifier);
        retrieveScope("patient", identifier);
      } catch (error) {
        // LO: 64 characters of ASCII
        const isTold = error instanceof DimseFault && /^[\x20-\x7e]{1,64}$/.test(error.errorComment);
        if (!isTold) throw new Error(`seed ${seed}`, { cause: error });
      }
    }
  });
});

it("any bytes as a data set are given the other VR encoding or refused", () => {
  const explicit = encodeDataSet(
    { ...FIND_KEYS, "00081140": { vr: "SQ", Value: [{ "00081155": { vr: "UI", Value: ["1.2.3"] } }, {}] } },
    { isImplicitVr: false, characterSet: "GB18030" },
  );
  const implicit = changeVrEncoding(explicit, "explicit");
  for (let seed = 0; seed < DATA_SETS; seed++) {
    const [bytes, from] = seed % 2 === 0 ? ([explicit, "explicit"] as const) : ([implicit, "implicit"] as const);
    try {
      changeVrEncoding(mutated(bytes, dice(seed)), from);
    } catch (error) {
      if (!(error instanceof DomainError)) throw new Error(`seed ${seed}`, { cause: error });
    }
  }
});

describe("any bytes sent to the DICOM port", () => {
  it("end in an answer or an abort, leave no file behind, and the port serves on", async () => {
    const hub = await openArchivePort({
      timeouts: { artimMs: 3000, idleMs: 3000, responseMs: 1000, graceMs: 500 },
      limits: { associations: 64, associationsPerAeTitle: 64 },
    });
    try {
      let next = 0;
      const sendSome = async () => {
        while (next < CONNECTIONS) await sendCase(hub.server.port, next++);
      };
      await Promise.all(Array.from({ length: 8 }, sendSome));
      const echo = createConnection({ port: hub.server.port, host: "127.0.0.1", noDelay: true });
      echo.write(encodePdu(REQUEST));
      const [answer] = (await once(echo, "data")) as [Buffer];
      expect(answer[0]).toBe(2); // A-ASSOCIATE-AC
      echo.destroy();
    } finally {
      await hub.server.close();
    }
    expect((await hub.district.files()).incoming).toEqual([]);
    // 7 of 8 association requests are sound, and a good part of the broken ones still is: nearly all of these were served
    const count = (name: string) => hub.events.filter(({ event }) => event === name).length;
    expect(count("association-accepted")).toBeGreaterThan((CONNECTIONS * 3) / 4);
    expect(count("association-aborted")).toBeGreaterThan(CONNECTIONS / 10);
    // every failure was one that we have a name for
    const unnamed = hub.events.filter(
      ({ error }) => error && !(error instanceof DomainError || error instanceof DimseFault),
    );
    expect(unnamed).toEqual([]);
    await hub.district.close();
  });
});

/** One connection: a sound association as a rule, then messages of which some are broken; resolves when it is closed. */
async function sendCase(port: number, seed: number): Promise<void> {
  const by = dice(seed + 1_000_000);
  const socket = createConnection({ port, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => {});
  socket.resume();
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const associate = by.below(8) === 0 ? mutated(ASSOCIATE, by) : ASSOCIATE;
  const messages = Array.from({ length: PDUS_A_CONNECTION }, () => {
    const whole = by.oneOf(MESSAGES.slice(0, 6));
    return by.below(6) === 0 ? mutated(whole, by) : whole;
  });
  for (const piece of inPieces(Buffer.concat([associate, ...messages]), by)) if (socket.writable) socket.write(piece);
  socket.end();
  await closed;
}
