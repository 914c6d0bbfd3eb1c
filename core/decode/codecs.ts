/** The codec modules as they are used here. They are large, so each is loaded when the first frame needs it. */
interface EmscriptenDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): CodecFrameInfo;
  decode(): void;
  delete(): void;
}

export interface CodecFrameInfo {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  readonly componentCount: number;
  readonly isSigned?: boolean;
}

export interface Htj2kDecoder extends EmscriptenDecoder {
  /** A picture 2^level times smaller; the bytes up to that resolution's end are enough. */
  decodeSubResolution(level: number): void;
}

export interface JpegLsDecoder extends EmscriptenDecoder {
  /** 0 by plane, 1 by line, 2 by sample. */
  getInterleaveMode(): number;
}

export interface Codecs {
  jpeg8(): Promise<{ readonly JPEGDecoder: new () => EmscriptenDecoder }>;
  jpegLs(): Promise<{ readonly JpegLSDecoder: new () => JpegLsDecoder }>;
  jpeg2000(): Promise<{ readonly J2KDecoder: new () => EmscriptenDecoder }>;
  htj2k(): Promise<{ readonly HTJ2KDecoder: new () => Htj2kDecoder }>;
}

/** Puts the bytes into the codec's memory, decodes, copies the result out and frees it. */
export function runDecoder<D extends EmscriptenDecoder, R>(
  decoder: D,
  bytes: Uint8Array,
  read: (decoder: D, decoded: Uint8Array<ArrayBuffer>) => R,
  decode: (decoder: D) => void = (whole) => whole.decode(),
): R {
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decode(decoder);
    return read(decoder, decoder.getDecodedBuffer().slice());
  } finally {
    decoder.delete();
  }
}

/** The decoded bytes as samples of the codestream's width and sign; the machine is little-endian, as every browser's is. */
export function samplesOf(
  decoded: Uint8Array<ArrayBuffer>,
  info: CodecFrameInfo,
): Uint8Array | Int8Array | Uint16Array | Int16Array {
  const signed = info.isSigned === true;
  if (info.bitsPerSample <= 8) return signed ? new Int8Array(decoded.buffer) : decoded;
  return signed ? new Int16Array(decoded.buffer) : new Uint16Array(decoded.buffer);
}
