import { describe, expect, test } from "vitest";
import { dicomFaults } from "../../../tests/support/dicom-tools.ts";
import { jsonOf, markedStudy } from "../../../tests/support/marked-study.ts";
import { personNameOf, stringOf } from "../../image/dicom-json.ts";
import { encapsulatedDocumentOf } from "../../marks/read-encapsulated-document.ts";
import { keyObjectsOf } from "../../marks/read-key-objects.ts";
import { encapsulatedPdfRange } from "../../report/encapsulated-pdf-range.ts";
import { REJECTION_CODES } from "../../study/rejection-note.ts";
import { rejectionNoteFile } from "../key-object/rejection-note-file.ts";
import { encapsulatedPdf } from "../pdf/encapsulated-pdf.ts";

const PDF = Buffer.from("%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF"); // 33 bytes: one of padding

describe("documents of the hub", () => {
  test("an encapsulated PDF says whose it is and gives its bytes back", async () => {
    const context = markedStudy().context();
    const file = encapsulatedPdf(PDF, { ...context, title: "影像诊断报告" });
    expect(await dicomFaults(file)).toEqual([]);
    const json = jsonOf(file);
    expect(personNameOf(json, "00100010")).toEqual({ han: "金顺玉", latin: "Jin Shunyu" });
    expect(stringOf(json, "00080005")).toBe("ISO_IR 192");
    expect(encapsulatedDocumentOf(json)).toMatchObject({
      sopInstanceUid: context.sopInstanceUid,
      title: "影像诊断报告",
      mediaType: "application/pdf",
      byteLength: PDF.length,
      institution: "区中心影像诊断中心",
      contentDate: "20261120",
    });
    const { start, end } = encapsulatedPdfRange(file);
    expect(file.subarray(start, end)).toEqual(PDF);
  });

  test("a rejection note names what it rejects, in its series and study", async () => {
    const { images, context } = markedStudy();
    const file = rejectionNoteFile({ ...context(), reason: "quality" }, images.slice(0, 2));
    expect(await dicomFaults(file)).toEqual([]);
    const note = keyObjectsOf(jsonOf(file));
    expect(note?.title).toEqual({
      value: REJECTION_CODES.quality.value,
      scheme: "DCM",
      meaning: REJECTION_CODES.quality.meaning,
    });
    expect(note?.objects).toEqual(images.slice(0, 2));
  });
});
