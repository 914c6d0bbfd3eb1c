import type { LocalReason } from "./upload-item.ts";

const JUNK = /^(\.ds_store|thumbs\.db|desktop\.ini|autorun\.inf|\._.*|\.directory|\.localized)$/i;

/** What operating systems and media writers leave beside the images: listed as skipped, without alarm. */
export function junkReason(path: string): LocalReason | null {
  const parts = path.split("/");
  const name = parts.at(-1) ?? "";
  if (JUNK.test(name) || parts.includes("__MACOSX")) return "junk-file";
  if (/^dicomdir$/i.test(name)) return "dicomdir";
  return null;
}
