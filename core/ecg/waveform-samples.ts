/** How one sample of a multiplex group is written (PS3.3 C.10.9.1.5: Waveform Sample Interpretation, Bits Allocated). */
export interface SampleFormat {
  readonly bytes: 1 | 2 | 4;
  readonly signed: boolean;
  readonly bigEndian: boolean;
}

const FORMATS: Readonly<Record<string, { readonly bits: number; readonly signed: boolean }>> = {
  SB: { bits: 8, signed: true },
  UB: { bits: 8, signed: false },
  SS: { bits: 16, signed: true },
  US: { bits: 16, signed: false },
  SL: { bits: 32, signed: true },
  UL: { bits: 32, signed: false },
};

/** Null for the companded (MB, AB) and 64-bit forms, and where the interpretation contradicts the bits allocated. */
export function sampleFormat(interpretation: string, bitsAllocated: number, bigEndian: boolean): SampleFormat | null {
  const format = FORMATS[interpretation];
  if (!format || format.bits !== bitsAllocated) return null;
  return { bytes: (format.bits / 8) as SampleFormat["bytes"], signed: format.signed, bigEndian };
}

/**
 * Channel `channel` of interleaved data: sample 0 of every channel, then sample 1 of every channel (PS3.3 C.10.9.1.7).
 * The caller has checked that `data` holds channels × samples. Float64, since UL does not fit a signed 32-bit integer.
 */
export function channelSamples(
  data: Uint8Array,
  format: SampleFormat,
  channels: number,
  channel: number,
  samples: number,
): Float64Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const read = sampleReader(view, format);
  const stride = channels * format.bytes;
  const values = new Float64Array(samples);
  for (let index = 0, at = channel * format.bytes; index < samples; index += 1, at += stride) values[index] = read(at);
  return values;
}

export function sampleReader(view: DataView, format: SampleFormat): (at: number) => number {
  const little = !format.bigEndian;
  if (format.bytes === 1) {
    // 8-bit samples lie in 16-bit words (OW): in big endian the two of a word change places (PS3.5 §8.1.2)
    const swap = format.bigEndian ? 1 : 0;
    return format.signed ? (at) => view.getInt8(at ^ swap) : (at) => view.getUint8(at ^ swap);
  }
  if (format.bytes === 2) return format.signed ? (at) => view.getInt16(at, little) : (at) => view.getUint16(at, little);
  return format.signed ? (at) => view.getInt32(at, little) : (at) => view.getUint32(at, little);
}

export type StoredBits = "as-is" | "sign-extended" | "exceeded";

/**
 * Waveform Bits Stored below Bits Allocated (12-bit carts): a signed sample should come sign-extended. Where none is
 * negative and some pass the positive limit, the device left the upper bits zero, and they are extended here, in place.
 * Where values fit neither reading, Bits Stored is wrong and the values stand.
 */
export function settleStoredBits(
  values: Float64Array,
  format: SampleFormat,
  bitsStored: number,
  padding: number | null,
): StoredBits {
  if (bitsStored < 2 || bitsStored >= format.bytes * 8) return "as-is";
  let least = 0;
  let most = 0;
  for (const value of values) {
    if (value === padding) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const span = 2 ** bitsStored;
  if (!format.signed) return most < span ? "as-is" : "exceeded";
  if (least >= -span / 2 && most < span / 2) return "as-is";
  if (least < 0 || most >= span) return "exceeded";
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? 0;
    if (value !== padding && value >= span / 2) values[index] = value - span;
  }
  return "sign-extended";
}
