/** Of transfer syntaxes 1.2.840.10008.1.2.…: the media type of a frame (PS3.18 tables 8.7.3-4 and 8.7.3-5). */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  "4.50": "image/jpeg",
  "4.51": "image/jpeg",
  "4.57": "image/jpeg",
  "4.70": "image/jpeg",
  "4.80": "image/jls",
  "4.81": "image/jls",
  "4.90": "image/jp2",
  "4.91": "image/jp2",
  "4.92": "image/jpx",
  "4.93": "image/jpx",
  "4.201": "image/jphc",
  "4.202": "image/jphc",
  "4.203": "image/jphc",
  "5": "image/dicom-rle",
};
const ROOT = "1.2.840.10008.1.2";

/** Of a media type that is asked for without a transfer syntax: the default of the same tables, where it is lossless. */
const DEFAULTS: Readonly<Record<string, string>> = {
  "image/dicom-rle": `${ROOT}.5`,
  "image/jls": `${ROOT}.4.80`,
  "image/jphc": `${ROOT}.4.201`,
};

/** Names other than the registered one that clients ask by. */
const ALIASES: Readonly<Record<string, string>> = {
  "image/x-jls": "image/jls",
  "image/x-dicom-rle": "image/dicom-rle",
  "image/jhc": "image/jphc",
  "image/jph": "image/jphc",
};

/** What one frame as stored is, by itself. */
export function storedMediaType(transferSyntaxUid: string): string {
  return MEDIA_TYPES[transferSyntaxUid.slice(ROOT.length + 1)] ?? "application/octet-stream";
}

export function defaultTransferSyntax(mediaType: string): string | undefined {
  return DEFAULTS[mediaType];
}

export function canonicalMediaType(type: string): string {
  return ALIASES[type] ?? type;
}
