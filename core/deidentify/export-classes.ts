/**
 * What of an SOP class can be told from its header and shown in its pixels. A class that is not here is not exported: reports,
 * documents and presentations say in words, marks or pictures what no table can clean.
 */
export type ExportKind = "image" | "waveform" | "burned-in";

const ROOT = "1.2.840.10008.5.1.4.1.1.";

/** `burned-in`: images that people or devices write upon. They go only by a rule that says where (PS3.15 E.3.1). */
const KINDS: Readonly<Record<string, ExportKind>> = {
  "1": "image",
  "1.1": "image",
  "1.1.1": "image",
  "1.2": "image",
  "1.2.1": "image",
  "1.3": "image",
  "1.3.1": "image",
  "2": "image",
  "2.1": "image",
  "2.2": "image",
  "3.1": "burned-in",
  "4": "image",
  "4.1": "image",
  "4.3": "image",
  "4.4": "image",
  "6.1": "burned-in",
  "7": "burned-in",
  "7.1": "burned-in",
  "7.2": "burned-in",
  "7.3": "burned-in",
  "7.4": "burned-in",
  "9.1.1": "waveform",
  "9.1.2": "waveform",
  "9.1.3": "waveform",
  "9.1.4": "waveform",
  "9.2.1": "waveform",
  "9.3.1": "waveform",
  "9.5.1": "waveform",
  "9.6.1": "waveform",
  "12.1": "image",
  "12.1.1": "image",
  "12.2": "image",
  "12.2.1": "image",
  "13.1.1": "image",
  "13.1.3": "image",
  "13.1.4": "image",
  "13.1.5": "image",
  "20": "image",
  "66.4": "image",
  "128": "image",
  "128.1": "image",
  "130": "image",
};

export function exportKind(sopClassUid: string): ExportKind | undefined {
  return sopClassUid.startsWith(ROOT) ? KINDS[sopClassUid.slice(ROOT.length)] : undefined;
}
