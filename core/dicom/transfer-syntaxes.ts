export interface TransferSyntax {
  readonly uid: string;
  readonly name: string;
  /** Pixel data in fragments (PS3.5 A.4). */
  readonly encapsulated: boolean;
  readonly bigEndian: boolean;
  readonly implicitVr: boolean;
  /** The whole data set is one deflate stream (PS3.5 A.5). */
  readonly deflated: boolean;
  /** The pixels may have lost something; whether they did stands in (0028,2110). */
  readonly lossy: boolean;
}

type Trait = "encapsulated" | "bigEndian" | "implicitVr" | "deflated" | "lossy";

function row(uid: string, name: string, ...traits: readonly Trait[]): [string, TransferSyntax] {
  const has = (trait: Trait) => traits.includes(trait);
  return [
    uid,
    {
      uid,
      name,
      encapsulated: has("encapsulated"),
      bigEndian: has("bigEndian"),
      implicitVr: has("implicitVr"),
      deflated: has("deflated"),
      lossy: has("lossy"),
    },
  ];
}

/**
 * The transfer syntaxes an instance may be kept in, by UID (PS3.5 Annex A, PS3.6 Annex A). Left out: those that do not
 * carry the pixels themselves (JPIP, SMPTE ST 2110) and those that are no data set (MIME, XML).
 */
export const TRANSFER_SYNTAXES: ReadonlyMap<string, TransferSyntax> = new Map([
  row("1.2.840.10008.1.2", "Implicit VR Little Endian", "implicitVr"),
  row("1.2.840.10008.1.2.1", "Explicit VR Little Endian"),
  row("1.2.840.10008.1.2.1.98", "Encapsulated Uncompressed Explicit VR Little Endian", "encapsulated"),
  row("1.2.840.10008.1.2.1.99", "Deflated Explicit VR Little Endian", "deflated"),
  row("1.2.840.10008.1.2.2", "Explicit VR Big Endian (Retired)", "bigEndian"),
  row("1.2.840.10008.1.2.4.50", "JPEG Baseline (Process 1)", "encapsulated", "lossy"),
  row("1.2.840.10008.1.2.4.51", "JPEG Extended (Process 2 and 4)", "encapsulated", "lossy"),
  row("1.2.840.10008.1.2.4.52", "JPEG Extended (Process 3 and 5) (Retired)", "encapsulated", "lossy"),
  row(
    "1.2.840.10008.1.2.4.53",
    "JPEG Spectral Selection, Non-Hierarchical (Process 6 and 8) (Retired)",
    "encapsulated",
    "lossy",
  ),
  row(
    "1.2.840.10008.1.2.4.54",
    "JPEG Spectral Selection, Non-Hierarchical (Process 7 and 9) (Retired)",
    "encapsulated",
    "lossy",
  ),
  row(
    "1.2.840.10008.1.2.4.55",
    "JPEG Full Progression, Non-Hierarchical (Process 10 and 12) (Retired)",
    "encapsulated",
    "lossy",
  ),
  row(
    "1.2.840.10008.1.2.4.56",
    "JPEG Full Progression, Non-Hierarchical (Process 11 and 13) (Retired)",
    "encapsulated",
    "lossy",
  ),
  row("1.2.840.10008.1.2.4.57", "JPEG Lossless, Non-Hierarchical (Process 14)", "encapsulated"),
  row("1.2.840.10008.1.2.4.58", "JPEG Lossless, Non-Hierarchical (Process 15) (Retired)", "encapsulated"),
  row("1.2.840.10008.1.2.4.59", "JPEG Extended, Hierarchical (Process 16 and 18) (Retired)", "encapsulated", "lossy"),
  row("1.2.840.10008.1.2.4.60", "JPEG Extended, Hierarchical (Process 17 and 19) (Retired)", "encapsulated", "lossy"),
  row(
    "1.2.840.10008.1.2.4.61",
    "JPEG Spectral Selection, Hierarchical (Process 20 and 22) (Retired)",
    "encapsulated",
    "lossy",
  ),
  row(
    "1.2.840.10008.1.2.4.62",
    "JPEG Spectral Selection, Hierarchical (Process 21 and 23) (Retired)",
    "encapsulated",
    "lossy",
  ),
  row(
    "1.2.840.10008.1.2.4.63",
    "JPEG Full Progression, Hierarchical (Process 24 and 26) (Retired)",
    "encapsulated",
    "lossy",
  ),
  row(
    "1.2.840.10008.1.2.4.64",
    "JPEG Full Progression, Hierarchical (Process 25 and 27) (Retired)",
    "encapsulated",
    "lossy",
  ),
  row("1.2.840.10008.1.2.4.65", "JPEG Lossless, Hierarchical (Process 28) (Retired)", "encapsulated"),
  row("1.2.840.10008.1.2.4.66", "JPEG Lossless, Hierarchical (Process 29) (Retired)", "encapsulated"),
  row(
    "1.2.840.10008.1.2.4.70",
    "JPEG Lossless, Non-Hierarchical, First-Order Prediction (Process 14 [Selection Value 1])",
    "encapsulated",
  ),
  row("1.2.840.10008.1.2.4.80", "JPEG-LS Lossless Image Compression", "encapsulated"),
  row("1.2.840.10008.1.2.4.81", "JPEG-LS Lossy (Near-Lossless) Image Compression", "encapsulated", "lossy"),
  row("1.2.840.10008.1.2.4.90", "JPEG 2000 Image Compression (Lossless Only)", "encapsulated"),
  row("1.2.840.10008.1.2.4.91", "JPEG 2000 Image Compression", "encapsulated", "lossy"),
  row("1.2.840.10008.1.2.4.92", "JPEG 2000 Part 2 Multi-component Image Compression (Lossless Only)", "encapsulated"),
  row("1.2.840.10008.1.2.4.93", "JPEG 2000 Part 2 Multi-component Image Compression", "encapsulated", "lossy"),
  row("1.2.840.10008.1.2.4.100", "MPEG2 Main Profile / Main Level", "encapsulated", "lossy"),
  row("1.2.840.10008.1.2.4.100.1", "Fragmentable MPEG2 Main Profile / Main Level", "encapsulated", "lossy"),
  row("1.2.840.10008.1.2.4.101", "MPEG2 Main Profile / High Level", "encapsulated", "lossy"),
  row("1.2.840.10008.1.2.4.101.1", "Fragmentable MPEG2 Main Profile / High Level", "encapsulated", "lossy"),
  row("1.2.840.10008.1.2.4.102", "MPEG-4 AVC/H.264 High Profile / Level 4.1", "encapsulated", "lossy"),
  row("1.2.840.10008.1.2.4.102.1", "Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.1", "encapsulated", "lossy"),
  row("1.2.840.10008.1.2.4.103", "MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1", "encapsulated", "lossy"),
  row(
    "1.2.840.10008.1.2.4.103.1",
    "Fragmentable MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1",
    "encapsulated",
    "lossy",
  ),
  row("1.2.840.10008.1.2.4.104", "MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video", "encapsulated", "lossy"),
  row(
    "1.2.840.10008.1.2.4.104.1",
    "Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video",
    "encapsulated",
    "lossy",
  ),
  row("1.2.840.10008.1.2.4.105", "MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video", "encapsulated", "lossy"),
  row(
    "1.2.840.10008.1.2.4.105.1",
    "Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video",
    "encapsulated",
    "lossy",
  ),
  row("1.2.840.10008.1.2.4.106", "MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2", "encapsulated", "lossy"),
  row(
    "1.2.840.10008.1.2.4.106.1",
    "Fragmentable MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2",
    "encapsulated",
    "lossy",
  ),
  row("1.2.840.10008.1.2.4.107", "HEVC/H.265 Main Profile / Level 5.1", "encapsulated", "lossy"),
  row("1.2.840.10008.1.2.4.108", "HEVC/H.265 Main 10 Profile / Level 5.1", "encapsulated", "lossy"),
  row("1.2.840.10008.1.2.4.110", "JPEG XL Lossless", "encapsulated"),
  row("1.2.840.10008.1.2.4.111", "JPEG XL JPEG Recompression", "encapsulated", "lossy"),
  row("1.2.840.10008.1.2.4.112", "JPEG XL", "encapsulated", "lossy"),
  row("1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000 Image Compression (Lossless Only)", "encapsulated"),
  row(
    "1.2.840.10008.1.2.4.202",
    "High-Throughput JPEG 2000 with RPCL Options Image Compression (Lossless Only)",
    "encapsulated",
  ),
  row("1.2.840.10008.1.2.4.203", "High-Throughput JPEG 2000 Image Compression", "encapsulated", "lossy"),
  row("1.2.840.10008.1.2.5", "RLE Lossless", "encapsulated"),
  row("1.2.840.10008.1.2.8.1", "Deflated Image Frame Compression", "encapsulated"),
]);

/** Is the pixel data of this transfer syntax not encapsulated? */
export function isNative(transferSyntaxUid: string): boolean {
  return TRANSFER_SYNTAXES.get(transferSyntaxUid)?.encapsulated === false;
}

/** A video is one stream, of which no frame can be cut out (PS3.5 §8.2.5 and after). */
export function isVideo(transferSyntaxUid: string): boolean {
  return /^1\.2\.840\.10008\.1\.2\.4\.10\d/.test(transferSyntaxUid);
}
