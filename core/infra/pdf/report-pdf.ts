import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import PDFDocument from "pdfkit";
import { type PrintedReport, shownAge, shownDateTime, shownInstant } from "../../report/printed-report.ts";
import { reportPdfTexts } from "../../texts/report-pdf-texts.ts";
import { fillText } from "../../texts/text-table.ts";
import { printableText } from "./printable-text.ts";

const FONTS = dirname(createRequire(import.meta.url).resolve("@expo-google-fonts/noto-sans-sc/package.json"));
const REGULAR = join(FONTS, "400Regular/NotoSansSC_400Regular.ttf");
const BOLD = join(FONTS, "700Bold/NotoSansSC_700Bold.ttf");

/** A4 in points, and where text may stand on it. */
const PAGE = { left: 56, right: 539, top: 52, bottom: 770 } as const;
const WIDTH = PAGE.right - PAGE.left;
const INK = "#1a1a1a";
const DIM = "#5c6670";
const LINE = "#9aa4ad";
/** Rows and signatures need so much of a page to begin on it. */
const ROW_HEIGHT = 20;
const SIGNATURES_HEIGHT = 52;

type Pdf = InstanceType<typeof PDFDocument>;
const t = (key: keyof typeof reportPdfTexts) => reportPdfTexts[key][0];

/** The signed report on A4, in Chinese, fonts embedded as subsets. */
export async function reportPdf(given: PrintedReport): Promise<Buffer> {
  const pdf = new PDFDocument({
    size: "A4",
    margins: { left: PAGE.left, right: 595 - PAGE.right, top: PAGE.top, bottom: 842 - PAGE.bottom },
    bufferPages: true,
    lang: "zh-CN",
    info: { Title: title(given), Author: given.centreName, CreationDate: new Date(given.signedAt) },
  });
  const chunks: Buffer[] = [];
  pdf.on("data", (chunk: Buffer) => chunks.push(chunk));
  const done = new Promise<void>((resolve, reject) => pdf.on("end", resolve).on("error", reject));
  pdf.registerFont("regular", REGULAR).registerFont("bold", BOLD).font("regular").fillColor(INK);
  const report = printable(given, glyphsOf(pdf));
  heading(pdf, report);
  general(pdf, report);
  section(pdf, t("pdf.examination"), [report.description, ...report.bodyParts].filter(Boolean).join("　"));
  section(pdf, isEcg(report) ? t("pdf.findings-ecg") : t("pdf.findings-image"), report.findings);
  section(pdf, t("pdf.impression"), report.impression, true);
  signatures(pdf, report);
  footers(pdf, report);
  pdf.end();
  await done;
  return Buffer.concat(chunks);
}

/** The font that pdfkit holds; its types do not show it. */
function glyphsOf(pdf: Pdf): (codePoint: number) => boolean {
  const { font } = (
    pdf as unknown as { readonly _font: { readonly font: { hasGlyphForCodePoint(codePoint: number): boolean } } }
  )._font;
  return (codePoint) => font.hasGlyphForCodePoint(codePoint);
}

function printable(report: PrintedReport, hasGlyph: (codePoint: number) => boolean): PrintedReport {
  const shown = (text: string) => printableText(text, hasGlyph);
  return {
    ...report,
    patientName: shown(report.patientName),
    patientAge: shown(report.patientAge),
    patientBirthDate: shown(report.patientBirthDate),
    patientId: shown(report.patientId),
    accessionNumber: shown(report.accessionNumber),
    siteName: shown(report.siteName),
    centreName: shown(report.centreName),
    studyDate: shown(report.studyDate),
    studyTime: shown(report.studyTime),
    modality: shown(report.modality),
    description: shown(report.description),
    bodyParts: report.bodyParts.map(shown),
    clinicalHistory: shown(report.clinicalHistory),
    question: shown(report.question),
    findings: shown(report.findings),
    impression: shown(report.impression),
    authorName: shown(report.authorName),
    countersignerName: shown(report.countersignerName),
  };
}

const isEcg = (report: PrintedReport) => report.modality === "ECG";
const title = (report: PrintedReport) => (isEcg(report) ? t("pdf.title-ecg") : t("pdf.title-image"));

function heading(pdf: Pdf, report: PrintedReport): void {
  pdf.font("bold").fontSize(15).text(report.centreName, PAGE.left, PAGE.top, { width: WIDTH, align: "center" });
  pdf.font("bold").fontSize(19).text(title(report), { width: WIDTH, align: "center" });
  pdf.moveDown(0.5);
  rule(pdf, 1.2, INK);
}

function general(pdf: Pdf, report: PrintedReport): void {
  const sex =
    report.patientSex === "M" || report.patientSex === "F" || report.patientSex === "O"
      ? t(`pdf.sex.${report.patientSex}`)
      : "";
  row(pdf, [
    [t("pdf.name"), report.patientName, 0.3],
    [t("pdf.sex"), sex, 0.17],
    [t("pdf.age"), shownAge(report.patientAge), 0.2],
    [t("pdf.birth-date"), shownDateTime(report.patientBirthDate, ""), 0.33],
  ]);
  row(pdf, [
    [t("pdf.patient-id"), report.patientId, 0.47],
    [t("pdf.accession"), report.accessionNumber, 0.53],
  ]);
  row(pdf, [
    [t("pdf.site"), report.siteName, 0.47],
    [t("pdf.study-time"), shownDateTime(report.studyDate, report.studyTime), 0.33],
    [t("pdf.modality"), report.modality, 0.2],
  ]);
  if (report.clinicalHistory) row(pdf, [[t("pdf.history"), report.clinicalHistory, 1]]);
  if (report.question) row(pdf, [[t("pdf.question"), report.question, 1]]);
  pdf.moveDown(0.2);
  rule(pdf, 0.6, LINE);
}

/** Label and value pairs side by side; each takes its share of the width, and the row is as high as its tallest. */
function row(pdf: Pdf, cells: readonly (readonly [label: string, value: string, share: number])[]): void {
  if (pdf.y > PAGE.bottom - ROW_HEIGHT) pdf.addPage();
  const top = pdf.y + 3;
  const page = pdf.bufferedPageRange().count;
  let x = PAGE.left;
  let bottom = top;
  for (const [label, value, share] of cells) {
    const width = WIDTH * share;
    pdf.font("regular").fontSize(10.5).fillColor(DIM);
    const indent = pdf.widthOfString(`${label}：`);
    pdf.text(`${label}：`, x, top, { lineBreak: false });
    pdf.fillColor(INK).text(value || "—", x + indent, top, { width: width - indent - 6 });
    // a long history goes on over the page, and the next row follows it there
    bottom = pdf.bufferedPageRange().count > page ? pdf.y : Math.max(bottom, pdf.y);
    x += width;
  }
  pdf.x = PAGE.left;
  pdf.y = bottom;
}

function section(pdf: Pdf, label: string, text: string, strong = false): void {
  if (pdf.y > PAGE.bottom - 60) pdf.addPage();
  pdf.moveDown(0.7);
  pdf.font("bold").fontSize(12).fillColor(INK).text(label, PAGE.left, pdf.y);
  pdf.moveDown(0.25);
  pdf
    .font(strong ? "bold" : "regular")
    .fontSize(11.5)
    .text(text || "—", PAGE.left, pdf.y, { width: WIDTH, lineGap: 4 });
}

function signatures(pdf: Pdf, report: PrintedReport): void {
  if (pdf.y > PAGE.bottom - SIGNATURES_HEIGHT - 24) pdf.addPage();
  pdf.y = PAGE.bottom - SIGNATURES_HEIGHT;
  rule(pdf, 0.6, LINE);
  row(pdf, [
    [t("pdf.author"), report.authorName, 0.5],
    [t("pdf.countersigner"), report.countersignerName, 0.5],
  ]);
  row(pdf, [
    [t("pdf.written-at"), shownInstant(report.writtenAt, report.timeZone), 0.5],
    [t("pdf.signed-at"), shownInstant(report.signedAt, report.timeZone), 0.5],
  ]);
}

function footers(pdf: Pdf, report: PrintedReport): void {
  const { count } = pdf.bufferedPageRange();
  for (let page = 0; page < count; page++) {
    pdf.switchToPage(page);
    pdf.page.margins.bottom = 0; // below the text's margin, without a new page
    pdf.font("regular").fontSize(8).fillColor(DIM);
    pdf.text(t("pdf.footnote"), PAGE.left, 792, { width: WIDTH, lineBreak: false });
    pdf.text(`${t("pdf.checksum")} ${report.contentSha256}`, PAGE.left, 804, { width: WIDTH, lineBreak: false });
    pdf.text(fillText(t("pdf.page"), { page: page + 1, pages: count }), PAGE.left, 792, {
      width: WIDTH,
      align: "right",
      lineBreak: false,
    });
    if (page > 0)
      pdf.text(`${title(report)}　${report.patientName}　${report.patientId}`, PAGE.left, 30, {
        width: WIDTH,
        align: "right",
        height: 10,
        ellipsis: true,
      });
  }
}

function rule(pdf: Pdf, width: number, colour: string): void {
  pdf.moveTo(PAGE.left, pdf.y).lineTo(PAGE.right, pdf.y).lineWidth(width).strokeColor(colour).stroke();
  pdf.y += 3;
}
