import { createRequire } from "node:module";
import type { Codecs } from "../../decode/codecs.ts";

const require = createRequire(import.meta.url);

/** The codec builds that the browser has, too, run by Node; each is loaded when first needed. */
export function loadCodec<M>(name: string): () => Promise<M> {
  let loading: Promise<M> | undefined;
  return () => {
    // a codec tells its progress line by line
    loading ??= Promise.resolve(require(name)({ print: () => undefined, printErr: () => undefined }) as M);
    return loading;
  };
}

export const nodeCodecs: Codecs = {
  jpeg8: loadCodec("@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs"),
  jpegLs: loadCodec("@cornerstonejs/codec-charls/decodewasmjs"),
  jpeg2000: loadCodec("@cornerstonejs/codec-openjpeg/decodewasmjs"),
  htj2k: loadCodec("@cornerstonejs/codec-openjph/wasmjs"),
};
