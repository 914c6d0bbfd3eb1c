import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DicomJsonDataSet, dicomJson } from "../../core/dicom/dicom-json.ts";
import { readPart10 } from "../../core/dicom/read-part10.ts";
import { runDcmtk } from "./dcmtk.ts";

export interface FoundByDcmtk {
  readonly output: string;
  readonly answers: readonly DicomJsonDataSet[];
  /** As they came. */
  readonly files: readonly Buffer[];
}

/** findscu to its end; keys as it takes them (`PatientName=WANG*`). */
export async function findByDcmtk(
  port: number,
  aeTitle: string,
  keys: readonly string[],
  options: readonly string[] = ["-S"],
): Promise<FoundByDcmtk> {
  const folder = mkdtempSync(join(tmpdir(), "findscu-"));
  try {
    const args = ["-v", "-X", "-od", folder, ...options, "-aet", aeTitle, "-aec", "HUB", "127.0.0.1", String(port)];
    const { output } = await runDcmtk("findscu", [...args, ...keys.flatMap((key) => ["-k", key])]);
    const files = readdirSync(folder)
      .sort()
      .map((name) => readFileSync(join(folder, name)));
    return { output, files, answers: files.map((file) => dicomJson(readPart10(file, true).dataSet)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The first value of an attribute; of a name all its groups. */
export function firstOf(answer: DicomJsonDataSet | undefined, tag: string): unknown {
  return answer?.[tag]?.Value?.[0];
}
