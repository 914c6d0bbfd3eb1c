import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DomainError } from "../errors.ts";
import { type DicomJsonDataSet, dicomJson } from "./dicom-json.ts";
import { encodeDataSet } from "./encode-data-set.ts";
import { parseDicomJson } from "./parse-dicom-json.ts";
import { part10Header } from "./part10-header.ts";
import { readPart10 } from "./read-part10.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN } from "./uid.ts";

const ENCODING = { isImplicitVr: false, characterSet: "ISO_IR 192" } as const;
const HEADER = part10Header({
  sopClassUid: "1.2",
  sopInstanceUid: "1.2",
  transferSyntaxUid: EXPLICIT_VR_LITTLE_ENDIAN,
});

/** Letters that stand for themselves in a value: no delimiters, no blanks at the ends. */
const word = fc
  .array(fc.constantFrom(..."abcXYZ019-_.赵德海é𠮷"), { minLength: 1, maxLength: 12 })
  .map((letters) => letters.join(""));
const several = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: 1, maxLength: 3 });
const of = <T>(vr: string, value: fc.Arbitrary<T>) => several(value).map((Value) => ({ vr, Value }));
const name = fc
  .record({ Alphabetic: word, Ideographic: word, Phonetic: word }, { requiredKeys: ["Alphabetic"] })
  .map((groups) => ({ ...groups }));
const flat = fc.oneof(
  of("LO", word),
  of("SH", word),
  of("PN", name),
  of("US", fc.integer({ min: 0, max: 0xffff })),
  of("SS", fc.integer({ min: -0x8000, max: 0x7fff })),
  of("UL", fc.integer({ min: 0, max: 0xffffffff })),
  of("SL", fc.integer({ min: -0x80000000, max: 0x7fffffff })),
  of(
    "FD",
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value || 0),
  ),
  of("IS", fc.integer({ min: -0x80000000, max: 0x7fffffff })),
  of("AT", fc.constantFrom("00081030", "7FE00010")),
  word.map((text) => ({ vr: "UT", Value: [text] })),
  fc
    .uint8Array({ minLength: 2, maxLength: 20 })
    .filter((bytes) => bytes.length % 2 === 0)
    .map((bytes) => ({ vr: "OB", InlineBinary: Buffer.from(bytes).toString("base64") })),
  fc.constant({ vr: "DA" }),
);
/** Private tags: what they hold is not in the dictionary, so that any VR may stand there. */
const tag = fc.integer({ min: 0x1000, max: 0x10ff }).map((element) => `0029${element.toString(16).toUpperCase()}`);
const { dataSet } = fc.letrec<{ dataSet: DicomJsonDataSet; attribute: DicomJsonDataSet[string] }>((tie) => ({
  dataSet: fc.dictionary(tag, tie("attribute"), { maxKeys: 6, noNullPrototype: true }),
  attribute: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    flat,
    several(tie("dataSet")).map((Value) => ({ vr: "SQ", Value })),
  ),
}));

describe("DICOM JSON from outside", () => {
  it("law: what is written as a data set is read as it was", () => {
    fc.assert(
      fc.property(dataSet, (json) => {
        // an instance has its UID, so that an empty data set is one too
        const named = { ...json, "00080018": { vr: "UI", Value: ["1.2"] } };
        const bytes = Buffer.concat([HEADER, encodeDataSet(parseDicomJson(named), ENCODING)]);
        const { "00080005": _, ...read } = dicomJson(readPart10(bytes, true).dataSet);
        expect(read).toEqual(named);
      }),
      { numRuns: 500 },
    );
  });

  it("law: whatever comes is a data set that can be written, or a domain error, or too large for its VR", () => {
    const vr = fc.constantFrom("LO", "PN", "SQ", "US", "FD", "AT", "OB", "SV", "DS", "UI", "ZZ");
    const attribute = fc.record(
      { vr, Value: fc.array(fc.jsonValue()), InlineBinary: fc.string(), BulkDataURI: fc.string() },
      { requiredKeys: ["vr"] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(tag, fc.oneof(attribute, fc.jsonValue()))), (json) => {
        try {
          const bytes = encodeDataSet(parseDicomJson(json), ENCODING);
          expect(bytes.length % 2).toBe(0);
        } catch (error) {
          if (!(error instanceof RangeError)) expect(error).toBeInstanceOf(DomainError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("leaves out what is no part of a file's data set", () => {
    const kept = { "00100020": { vr: "LO", Value: ["P-1"] } };
    expect(
      parseDicomJson({
        ...kept,
        "00080005": { vr: "CS", Value: ["GB18030"] },
        "00100000": { vr: "UL", Value: [4] },
        FFFEE00D: { vr: "UN" },
      }),
    ).toEqual(kept);
    expect(parseDicomJson({ "0010002a": { vr: "SQ", Value: [null] } })).toEqual({
      "0010002A": { vr: "SQ", Value: [{}] },
    });
  });
});
