import type { DicomJsonDataSet } from "../../core/dicom/dicom-json.ts";
import { encodeDataSet } from "../../core/dicom/encode-data-set.ts";
import { IMPLICIT_VR_LITTLE_ENDIAN } from "../../core/dicom/uid.ts";

/**
 * An answer in the character set that the request was written in, when it is one of the Chinese ones; in UTF-8 for all
 * others, and for a name that the set does not hold.
 */
export function encodeAnswer(answer: DicomJsonDataSet, requestCharacterSet: string, transferSyntaxUid: string): Buffer {
  const isImplicitVr = transferSyntaxUid === IMPLICIT_VR_LITTLE_ENDIAN;
  const chinese = chineseSet(requestCharacterSet);
  if (chinese) {
    try {
      return encodeDataSet(answer, { isImplicitVr, characterSet: chinese });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return encodeDataSet(answer, { isImplicitVr, characterSet: "ISO_IR 192" });
}

function chineseSet(characterSet: string) {
  const name = characterSet.toUpperCase().replace(/[^A-Z0-9]/g, "");
  if (name === "GB18030") return "GB18030";
  if (name === "GBK") return "GBK";
  return name.endsWith("ISO2022IR58") ? "\\ISO 2022 IR 58" : undefined;
}
