import type { Text } from "../../i18n/use-text.ts";
import { reasonText } from "./reason-text.ts";
import type { UploadItem } from "./upload-item.ts";

/** RFC 4180. A cell that a spreadsheet would run as a formula gets an apostrophe: file names come from anywhere. */
function cell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The manifest as a spreadsheet opens it: with a byte order mark, so that Excel reads Chinese. */
export function manifestCsv(items: readonly UploadItem[], text: Text): string {
  const rows = [
    [
      text("upload.csv-file"),
      text("upload.csv-bytes"),
      text("upload.csv-result"),
      text("upload.csv-reason"),
      "StudyInstanceUID",
      "SOPInstanceUID",
    ],
    ...items.map((item) => [
      item.path,
      String(item.size),
      text(`upload.state-${item.state}`),
      item.reason === null ? "" : reasonText(item.reason, text),
      item.header?.studyInstanceUid ?? "",
      item.header?.sopInstanceUid ?? "",
    ]),
  ];
  return `\uFEFF${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}
