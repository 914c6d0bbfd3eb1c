import { DecodeFault } from "../../core/decode/decode-fault.ts";
import { decodeFrame } from "../../core/decode/decode-frame.ts";
import { browserCodecs } from "./browser-codecs.ts";
import type { DecodeAnswer, DecodeJob } from "./decode-messages.ts";

declare const self: DedicatedWorkerGlobalScope;

self.addEventListener("message", (event: MessageEvent<DecodeJob>) => {
  void answer(event.data);
});

async function answer({ id, request }: DecodeJob): Promise<void> {
  try {
    const frame = await decodeFrame(request, browserCodecs);
    const buffer = frame.kind === "grey" ? frame.pixels.buffer : frame.rgba.buffer;
    self.postMessage({ id, frame } satisfies DecodeAnswer, [buffer]);
  } catch (fault) {
    const known = fault instanceof DecodeFault ? fault : undefined;
    const detail = known?.detail ?? (fault instanceof Error ? fault.message : "");
    self.postMessage({ id, fault: { code: known?.code, detail } } satisfies DecodeAnswer);
  }
}
