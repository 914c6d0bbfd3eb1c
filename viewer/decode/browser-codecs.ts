import type { Codecs } from "../../core/decode/codecs.ts";

type Factory<M> = (options: { readonly locateFile: () => string; readonly print: () => void }) => Promise<M>;
type FactoryModule<M> = { readonly default: Factory<M> | { readonly default: Factory<M> } };

/** The bundler may hand over a CommonJS module as `default` or as `default.default`. */
function factoryOf<M>(module: FactoryModule<M>): Factory<M> {
  return typeof module.default === "function" ? module.default : module.default.default;
}

/** OpenJPEG tells its progress line by line. */
function silent(): void {}

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    // A failed download (a broken connection) may be tried again by the next frame.
    loading ??= load().catch((fault: unknown) => {
      loading = undefined;
      throw fault;
    });
    return loading;
  };
}

/** Codecs for the decode worker: script and wasm come from our own server, each on first use. */
export const browserCodecs: Codecs = {
  jpeg8: once(async () => {
    const [module, wasm] = await Promise.all([
      import("@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs"),
      import("@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm?url"),
    ]);
    return factoryOf(module)({ locateFile: () => wasm.default, print: silent });
  }),
  jpegLs: once(async () => {
    const [module, wasm] = await Promise.all([
      import("@cornerstonejs/codec-charls/decodewasmjs"),
      import("@cornerstonejs/codec-charls/decodewasm?url"),
    ]);
    return factoryOf(module)({ locateFile: () => wasm.default, print: silent });
  }),
  jpeg2000: once(async () => {
    const [module, wasm] = await Promise.all([
      import("@cornerstonejs/codec-openjpeg/decodewasmjs"),
      import("@cornerstonejs/codec-openjpeg/decodewasm?url"),
    ]);
    return factoryOf(module)({ locateFile: () => wasm.default, print: silent });
  }),
  htj2k: once(async () => {
    const [module, wasm] = await Promise.all([
      import("@cornerstonejs/codec-openjph/wasmjs"),
      import("@cornerstonejs/codec-openjph/wasm?url"),
    ]);
    return factoryOf(module)({ locateFile: () => wasm.default, print: silent });
  }),
};
