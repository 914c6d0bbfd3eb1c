/** Why a frame cannot be drawn. Told on the image, never retried: the bytes will not get better. */
export type DecodeFaultCode = "syntax-unsupported" | "frame-damaged" | "format-unsupported";

export class DecodeFault extends Error {
  readonly code: DecodeFaultCode;
  readonly detail: string;

  constructor(code: DecodeFaultCode, detail: string) {
    super(`${code}: ${detail}`);
    this.name = "DecodeFault";
    this.code = code;
    this.detail = detail;
  }
}
