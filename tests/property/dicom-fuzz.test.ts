import { describe, expect, it } from "vitest";
import { codestreamSize } from "../../core/decode/codestream-size.ts";
import { DecodeFault } from "../../core/decode/decode-fault.ts";
import { decodeFrame } from "../../core/decode/decode-frame.ts";
import { resolutionEnds } from "../../core/decode/resolution-ends.ts";
import { type DicomRow, writePart10 } from "../../core/demo/part10-writer.ts";
import { dicomJson, dicomJsonText } from "../../core/dicom/dicom-json.ts";
import { readPart10 } from "../../core/dicom/read-part10.ts";
import { DomainError } from "../../core/errors.ts";
import { framesOfInstance } from "../../core/image/frames-of-instance.ts";
import { encodeHtj2k } from "../../core/infra/codec/encode-htj2k.ts";
import { nodeCodecs } from "../../core/infra/codec/node-codecs.ts";
import { indexEntryOf } from "../../core/study/index-entry.ts";
import { readMultipartRelated } from "../../server/dicomweb/multipart-related.ts";
import { qidoQuery } from "../../server/dicomweb/qido-query.ts";
import { smallCt } from "../support/small-studies.ts";
import { dice, inPieces, mutated, noise } from "./mutated-streams.ts";

/** Beside the PDUs' own 10⁵ cases; the seeds are the cases, so a failure names the one to run again. */
const FILES = 25_000;
const BODIES = 20_000;
const QUERIES = 50_000;
const CODESTREAMS = 5_000;
/** Far more than any case takes: whatever else the machine does, this one hangs. */
const HANG_MS = 5000;

/** Runs the case, and says which one it was when it ends in anything but an answer or a domain error, or not at all. */
function settle(seed: number, run: () => void): void {
  const began = performance.now();
  try {
    run();
  } catch (error) {
    if (!(error instanceof DomainError) && !(error instanceof DecodeFault))
      throw new Error(`case ${seed}`, { cause: error });
  }
  const took = performance.now() - began;
  if (took > HANG_MS) throw new Error(`case ${seed} took ${Math.round(took)} ms`);
}

describe("any bytes", () => {
  it("as a Part 10 file give a header and its index entry, or a domain error", () => {
    const nested: DicomRow = [
      0x00081140,
      "SQ",
      [
        [
          [0x00081150, "UI", "1.2.3"],
          [0x00081140, "SQ", [[[0x00081155, "UI", "1.2"]]]],
        ],
      ],
    ];
    const originals = [
      smallCt({ slices: 1, size: 8 })[0]?.bytes ?? Buffer.of(),
      writePart10({
        sopClassUid: "1.2.840.10008.5.1.4.1.1.7",
        sopInstanceUid: "2.25.9",
        charset: "GB18030",
        rows: [
          [0x00080005, "CS", "GB18030"],
          [0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7"],
          [0x00080018, "UI", "2.25.9"],
          nested,
          [0x00100010, "PN", "Wang^Xiaodong=王^小东"],
          [0x0020000d, "UI", "2.25.7"],
          [0x0020000e, "UI", "2.25.8"],
          [0x00280010, "US", 4],
        ],
      }),
    ];
    for (let seed = 0; seed < FILES; seed++) {
      const by = dice(seed);
      const bytes = by.below(20) === 0 ? noise(by, by.below(600)) : mutated(by.oneOf(originals), by);
      settle(seed, () => {
        const { dataSet } = readPart10(bytes, by.below(2) === 0);
        const json = dicomJson(dataSet, { bulkDataUri: (path) => path });
        JSON.parse(dicomJsonText(json));
        framesOfInstance(json).map((frame) => frame.format);
        indexEntryOf(dataSet);
      });
    }
  });

  it("as a multipart body give parts that end, or a domain error, and nothing is gathered", async () => {
    const part = (bytes: Buffer) =>
      Buffer.concat([Buffer.from("\r\n--edge\r\nContent-Type: application/dicom\r\n\r\n"), bytes]);
    const body = Buffer.concat([
      part(Buffer.from("first")),
      part(Buffer.alloc(300, 45)),
      Buffer.from("\r\n--edge--\r\n"),
    ]);
    for (let seed = 0; seed < BODIES; seed++) {
      const by = dice(seed);
      const bytes = by.below(20) === 0 ? noise(by, by.below(400)) : mutated(body, by);
      let given = 0;
      try {
        await readMultipartRelated(asStream(inPieces(bytes, by)), "edge", async () => ({
          write: async (chunk) => {
            given += chunk.length;
          },
          end: async () => undefined,
        }));
      } catch (error) {
        if (!(error instanceof DomainError)) throw new Error(`case ${seed}`, { cause: error });
      }
      if (given > bytes.length) throw new Error(`case ${seed} gives more than came`);
    }
  });

  it("as the parameters of a query give a query or a domain error", () => {
    const names = [
      "PatientName",
      "00100020",
      "StudyDate",
      "StudyTime",
      "ModalitiesInStudy",
      "StudyInstanceUID",
      "limit",
      "offset",
      "includefield",
      "fuzzymatching",
      "0040A730.0040A160",
      "constructor",
      "__proto__",
    ];
    const texts = [
      "Wang*",
      "王小东",
      "20260101-20261231",
      "1015-",
      "CT\\MR",
      "2.25.7,2.25.8",
      "10",
      "-1",
      "all",
      "true",
      "'; DROP TABLE study; --",
      "%_\\",
      "*",
      "?",
      "",
    ];
    for (let seed = 0; seed < QUERIES; seed++) {
      const by = dice(seed);
      const parameters = Array.from({ length: by.below(5) }, () => ({
        name: by.below(6) === 0 ? mutated(Buffer.from(by.oneOf(names)), by).toString() : by.oneOf(names),
        value: by.below(3) === 0 ? mutated(Buffer.from(by.oneOf(texts)), by).toString() : by.oneOf(texts),
      }));
      settle(seed, () => void qidoQuery(by.oneOf(["study", "series", "instance"] as const), parameters, []));
    }
  });

  it("as a codestream give a frame of the size that the header says, or a fault", async () => {
    const samples = Int16Array.from({ length: 48 * 32 }, (_, i) => (i * 31) % 2000);
    const codestream = Buffer.from(await encodeHtj2k({ rows: 32, columns: 48, samples, components: 1 }));
    const format = {
      rows: 32,
      columns: 48,
      samplesPerPixel: 1,
      photometricInterpretation: "MONOCHROME2",
      planarConfiguration: 0,
      bitsAllocated: 16,
      bitsStored: 16,
      pixelRepresentation: 1,
    };
    const syntaxes = ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.70"];
    for (let seed = 0; seed < CODESTREAMS; seed++) {
      const by = dice(seed);
      const bytes = new Uint8Array(mutated(codestream, by));
      settle(seed, () => void codestreamSize(bytes));
      settle(seed, () => void resolutionEnds(bytes));
      try {
        const frame = await decodeFrame({ bytes, transferSyntaxUid: by.oneOf(syntaxes), format }, nodeCodecs);
        expect([frame.rows, frame.columns]).toEqual([32, 48]);
      } catch (error) {
        if (!(error instanceof DecodeFault)) throw new Error(`case ${seed}`, { cause: error });
      }
    }
  });
});

async function* asStream(pieces: Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* pieces;
}
