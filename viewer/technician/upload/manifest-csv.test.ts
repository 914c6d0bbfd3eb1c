import { expect, test } from "vitest";
import type { Text } from "../../i18n/use-text.ts";
import { manifestCsv } from "./manifest-csv.ts";
import type { UploadItem } from "./upload-item.ts";

const text: Text = (key) => key;
const item: UploadItem = {
  id: 1,
  path: "CT/1.dcm",
  size: 10,
  source: null,
  state: "stored",
  header: { studyInstanceUid: "1.2", seriesInstanceUid: "1.2.3", sopInstanceUid: "1.2.3.4" },
  dataSetSha256: null,
  sentBytes: 10,
  reason: null,
};

test("one line a file, under a head, for Excel", () => {
  const [head, line, rest] = manifestCsv([item], text).split("\r\n");
  expect(head?.startsWith("\uFEFFupload.csv-file,")).toBe(true);
  expect(line).toBe("CT/1.dcm,10,upload.state-stored,,1.2,1.2.3.4");
  expect(rest).toBe("");
});

test("quotes and commas are quoted, a formula is disarmed", () => {
  const odd = { ...item, path: '=HYPERLINK("http://x"),1', reason: { code: "not-dicom" as const } };
  expect(manifestCsv([odd], text)).toContain(
    `"'=HYPERLINK(""http://x""),1",10,upload.state-stored,upload.reason-not-dicom,`,
  );
});
