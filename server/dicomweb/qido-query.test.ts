import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DomainError } from "../../core/errors.ts";
import { MAX_RESULTS, qidoQuery } from "./qido-query.ts";

const query = (text: string, level: "study" | "series" | "instance" = "study") =>
  qidoQuery(
    level,
    [...new URLSearchParams(text)].map(([name, value]) => ({ name, value })),
    [],
  );
const matches = (text: string, level?: "study" | "series" | "instance") =>
  query(text, level).conditions.map(({ tag, match }) => ({ tag, ...match }));

describe("QIDO parameters", () => {
  it.each([
    ["PatientID=A1", { tag: "00100020", kind: "equals", values: ["A1"] }],
    ["00100020=A*", { tag: "00100020", kind: "pattern", pattern: "A*" }],
    ["0020000d=1.2,1.3", { tag: "0020000D", kind: "equals", values: ["1.2", "1.3"] }],
    ["StudyInstanceUID=1.2%5C1.3", { tag: "0020000D", kind: "equals", values: ["1.2", "1.3"] }],
    ["StudyDate=20260102", { tag: "00080020", kind: "range", from: "20260102", to: "20260102" }],
    ["StudyDate=20260102-", { tag: "00080020", kind: "range", from: "20260102", to: null }],
    ["StudyDate=-20260102", { tag: "00080020", kind: "range", from: null, to: "20260102" }],
    ["StudyTime=0800-1230", { tag: "00080030", kind: "range", from: "0800", to: "1230" }],
    ["ModalitiesInStudy=CT,MR", { tag: "00080061", kind: "equals", values: ["CT", "MR"] }],
    ["PatientName=Wang*", { tag: "00100010", kind: "name", pattern: "Wang*" }],
    ["PatientName=Wang%5EXiao&fuzzymatching=true", { tag: "00100010", kind: "words", words: ["Wang", "Xiao"] }],
  ])("%s", (text, expected) => {
    expect(matches(text)).toEqual([expected]);
    expect(query(text).ignored).toEqual([]);
  });

  it("asks nothing for an empty value or a lone star", () => {
    expect(matches("PatientID=&PatientName=*&StudyDate=")).toEqual([]);
  });

  it("pages, within bounds", () => {
    expect(query("limit=50&offset=100")).toMatchObject({ limit: 50, offset: 100 });
    expect(query("").limit).toBe(MAX_RESULTS);
    expect(query("limit=99999").limit).toBe(MAX_RESULTS);
  });

  it("names what it leaves aside, and takes keys of higher levels at lower ones only", () => {
    expect(query("NoSuchThing=1&00400275.00080050=2&Modality=CT").ignored).toEqual([
      "NoSuchThing",
      "00400275.00080050",
      "Modality",
    ]);
    expect(matches("PatientID=1&Modality=CT", "series")).toHaveLength(2);
    expect(query("includefield=all&includefield=00081030,Nonsense").ignored).toEqual(["includefield=Nonsense"]);
  });

  it.each([
    "limit=x",
    "limit=-1",
    "offset=1e3",
    "fuzzymatching=maybe",
    "StudyDate=2026-01-02",
    "StudyDate=-",
    "StudyInstanceUID=../../etc",
    "SeriesNumber=one",
    "StudyTime=noon",
  ])("%s is refused", (text) => {
    expect(() => query(text, "series")).toThrow("request-invalid");
  });

  it("law: whatever is asked gives a query or a domain error", () => {
    const name = fc.oneof(
      fc.constantFrom("PatientName", "StudyDate", "StudyTime", "limit", "ModalitiesInStudy"),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(fc.record({ name, value: fc.string({ unit: "binary" }) })), (parameters) => {
        try {
          expect(qidoQuery("instance", parameters, []).limit).toBeLessThanOrEqual(MAX_RESULTS);
        } catch (error) {
          expect(error).toBeInstanceOf(DomainError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
