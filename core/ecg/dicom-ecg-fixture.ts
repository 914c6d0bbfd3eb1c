/** Writes small Part 10 ECG files byte by byte, so that tests of the reader rest on no other DICOM library. */

export interface FixtureChannel {
  readonly code?: readonly [code: string, scheme: string, meaning: string];
  readonly label?: string;
  readonly sensitivity?: string;
  readonly correction?: string;
  readonly baseline?: string;
  readonly unit?: string;
  readonly sampleSkew?: string;
  readonly bitsStored?: number;
  readonly samples: readonly number[];
}

export interface FixtureGroup {
  readonly label?: string;
  readonly frequency?: string;
  readonly offsetMs?: string;
  readonly bits?: 8 | 16 | 32;
  readonly interpretation?: string;
  readonly channels: readonly FixtureChannel[];
  readonly padding?: number;
  /** Declared instead of what is there. */
  readonly declaredChannels?: number;
  readonly declaredSamples?: number;
  readonly surplusBytes?: number;
}

export interface FixtureEcg {
  readonly sopClassUid?: string;
  readonly characterSet?: string;
  readonly patientName?: Uint8Array;
  readonly groups: readonly FixtureGroup[];
  readonly annotations?: readonly (readonly Part[])[];
}

export type Syntax = "implicit" | "explicit" | "big-endian" | "deflated";

const TRANSFER_SYNTAX: Readonly<Record<Syntax, string>> = {
  implicit: "1.2.840.10008.1.2",
  explicit: "1.2.840.10008.1.2.1",
  deflated: "1.2.840.10008.1.2.1.99",
  "big-endian": "1.2.840.10008.1.2.2",
};

/** An element before its encoding: [tag, VR, value]; numbers for US/UL, items for SQ. */
export type Part = readonly [
  tag: number,
  vr: string,
  value: string | number | readonly number[] | Uint8Array | readonly (readonly Part[])[],
];

export function dicomEcgFixture(
  ecg: FixtureEcg,
  syntax: Syntax = "explicit",
  deflate?: (bytes: Uint8Array) => Uint8Array,
) {
  const rest = encode([[0x00020010, "UI", TRANSFER_SYNTAX[syntax]]], "explicit");
  const meta = join([encode([[0x00020000, "UL", rest.length]], "explicit"), rest]);
  const body = encode(dataSet(ecg, syntax), syntax);
  return join([new Uint8Array(128), latin("DICM"), meta, deflate ? deflate(body) : body]);
}

export function coded(code: string, scheme: string, meaning: string): readonly (readonly Part[])[] {
  return [
    [
      [0x00080100, "SH", code],
      [0x00080102, "SH", scheme],
      [0x00080104, "LO", meaning],
    ],
  ];
}

function dataSet(ecg: FixtureEcg, syntax: Syntax): readonly Part[] {
  return [
    [0x00080005, "CS", ecg.characterSet ?? "ISO_IR 192"],
    [0x00080016, "UI", ecg.sopClassUid ?? "1.2.840.10008.5.1.4.1.1.9.1.1"],
    [0x00080018, "UI", "1.2.3.4"],
    [0x0008002a, "DT", "20261122235930.250+0800"],
    [0x00100010, "PN", ecg.patientName ?? "Test^Person"],
    [0x0040b020, "SQ", ecg.annotations ?? []],
    [0x54000100, "SQ", ecg.groups.map((group) => groupParts(group, syntax))],
  ];
}

function groupParts(group: FixtureGroup, syntax: Syntax): readonly Part[] {
  const bits = group.bits ?? 16;
  const count = group.channels[0]?.samples.length ?? 0;
  const bigEndian = syntax === "big-endian";
  const data = new Uint8Array(count * group.channels.length * (bits / 8) + (group.surplusBytes ?? 0));
  let at = 0;
  for (let sample = 0; sample < count; sample += 1)
    for (const channel of group.channels) {
      put(data, at, channel.samples[sample] ?? 0, bits, bigEndian);
      at += bits / 8;
    }
  const padding = new Uint8Array(Math.max(2, bits / 8));
  if (group.padding !== undefined) put(padding, 0, group.padding, bits, bigEndian);
  return [
    [0x00181068, "DS", group.offsetMs ?? "0"],
    [0x003a0005, "US", group.declaredChannels ?? group.channels.length],
    [0x003a0010, "UL", group.declaredSamples ?? count],
    [0x003a001a, "DS", group.frequency ?? "500"],
    [0x003a0020, "SH", group.label ?? "RHYTHM"],
    [0x003a0200, "SQ", group.channels.map(channelParts)],
    [0x54001004, "US", bits],
    [0x54001006, "CS", group.interpretation ?? { 8: "SB", 16: "SS", 32: "SL" }[bits]],
    ...(group.padding === undefined ? [] : [[0x5400100a, "OW", padding] as const]),
    [0x54001010, "OW", data],
  ];
}

function channelParts(channel: FixtureChannel): readonly Part[] {
  const optional = (tag: number, vr: string, value: string | undefined): readonly Part[] =>
    value === undefined ? [] : [[tag, vr, value]];
  return [
    ...optional(0x003a0203, "SH", channel.label),
    ...(channel.code ? [[0x003a0208, "SQ", coded(...channel.code)] as const] : []),
    ...optional(0x003a0210, "DS", channel.sensitivity),
    [0x003a0211, "SQ", coded(channel.unit ?? "uV", "UCUM", "unit")],
    ...optional(0x003a0212, "DS", channel.correction),
    ...optional(0x003a0213, "DS", channel.baseline),
    ...optional(0x003a0215, "DS", channel.sampleSkew),
    [0x003a021a, "US", channel.bitsStored ?? 0],
    [0x003a0220, "DS", "0.05"],
    [0x003a0221, "DS", "150"],
    [0x003a0222, "DS", "0"],
  ];
}

function put(bytes: Uint8Array, at: number, value: number, bits: number, bigEndian: boolean): void {
  const view = new DataView(bytes.buffer);
  if (bits === 8)
    view.setUint8(bigEndian ? at ^ 1 : at, value & 0xff); // 8-bit samples change places within a word
  else if (bits === 16) view.setUint16(at, value & 0xffff, !bigEndian);
  else view.setUint32(at, value >>> 0, !bigEndian);
}

const LONG_LENGTH = new Set(["OB", "OW", "SQ", "UN", "UT"]);

function encode(parts: readonly Part[], syntax: Syntax): Uint8Array {
  const little = syntax !== "big-endian";
  return join(
    parts.map(([tag, vr, value]) => {
      const body = valueBytes(vr, value, syntax);
      const header = new DataView(new ArrayBuffer(syntax === "implicit" ? 8 : LONG_LENGTH.has(vr) ? 12 : 8));
      header.setUint16(0, tag >>> 16, little);
      header.setUint16(2, tag & 0xffff, little);
      if (syntax === "implicit") header.setUint32(4, body.length, little);
      else {
        header.setUint8(4, vr.charCodeAt(0));
        header.setUint8(5, vr.charCodeAt(1));
        if (LONG_LENGTH.has(vr)) header.setUint32(8, body.length, little);
        else header.setUint16(6, body.length, little);
      }
      return join([new Uint8Array(header.buffer), body]);
    }),
  );
}

function valueBytes(vr: string, value: Part[2], syntax: Syntax): Uint8Array {
  const little = syntax !== "big-endian";
  if (value instanceof Uint8Array) return padded(value, 0x20);
  if (typeof value === "string") return padded(latin(value), vr === "UI" ? 0 : 0x20);
  if (vr === "SQ") return join((value as readonly (readonly Part[])[]).map((item) => itemBytes(item, syntax)));
  const numbers = typeof value === "number" ? [value] : (value as readonly number[]);
  const size = vr === "UL" ? 4 : 2;
  const view = new DataView(new ArrayBuffer(numbers.length * size));
  for (const [index, number] of numbers.entries())
    if (size === 4) view.setUint32(index * 4, number, little);
    else view.setUint16(index * 2, number, little);
  return new Uint8Array(view.buffer);
}

function itemBytes(parts: readonly Part[], syntax: Syntax): Uint8Array {
  const body = encode(parts, syntax);
  const header = new DataView(new ArrayBuffer(8));
  const little = syntax !== "big-endian";
  header.setUint16(0, 0xfffe, little);
  header.setUint16(2, 0xe000, little);
  header.setUint32(4, body.length, little);
  return join([new Uint8Array(header.buffer), body]);
}

function padded(bytes: Uint8Array, filler: number): Uint8Array {
  return bytes.length % 2 === 0 ? bytes : join([bytes, Uint8Array.of(filler)]);
}

function latin(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
