import type { DecodeFaultCode } from "../../core/decode/decode-fault.ts";
import type { DecodedFrame, DecodeRequest } from "../../core/decode/decoded-frame.ts";

export interface DecodeJob {
  readonly id: number;
  readonly request: DecodeRequest;
}

export type DecodeAnswer =
  | { readonly id: number; readonly frame: DecodedFrame }
  /** `code` is undefined when the codec could not be had, which another try may mend. */
  | { readonly id: number; readonly fault: { readonly code: DecodeFaultCode | undefined; readonly detail: string } };
