import { type DocumentContext, documentFile } from "../document/document-file.ts";

const ENCAPSULATED_PDF_STORAGE = "1.2.840.10008.5.1.4.1.1.104.1";

export interface EncapsulatedPdfContext extends DocumentContext {
  readonly title: string;
}

/** An Encapsulated PDF instance (PS3.3 A.45.1), Explicit VR Little Endian, UTF-8. */
export function encapsulatedPdf(pdf: Buffer, context: EncapsulatedPdfContext): Buffer {
  return documentFile(
    context,
    {
      sopClassUid: ENCAPSULATED_PDF_STORAGE,
      modality: "DOC",
      seriesNumber: "9900",
      seriesDescription: context.title,
    },
    {
      AcquisitionDateTime: "",
      ConversionType: "WSD",
      BurnedInAnnotation: "YES",
      DocumentTitle: context.title,
      ConceptNameCodeSequence: [
        { CodeValue: "18748-4", CodingSchemeDesignator: "LN", CodeMeaning: "Diagnostic imaging study" },
      ],
      MIMETypeOfEncapsulatedDocument: "application/pdf",
      EncapsulatedDocument: [even(pdf)],
      EncapsulatedDocumentLength: pdf.length,
    },
    { EncapsulatedDocument: "OB" },
  );
}

function even(pdf: Buffer): ArrayBuffer {
  const bytes = new Uint8Array(pdf.length + (pdf.length % 2));
  bytes.set(pdf);
  return bytes.buffer;
}
