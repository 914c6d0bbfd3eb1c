declare module "@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs" {
  const factory: (options?: {
    readonly locateFile?: () => string;
    readonly print?: () => void;
  }) => Promise<Awaited<ReturnType<import("../../core/decode/codecs.ts").Codecs["jpeg8"]>>>;
  export default factory;
}
declare module "@cornerstonejs/codec-charls/decodewasmjs" {
  const factory: (options?: {
    readonly locateFile?: () => string;
    readonly print?: () => void;
  }) => Promise<Awaited<ReturnType<import("../../core/decode/codecs.ts").Codecs["jpegLs"]>>>;
  export default factory;
}
declare module "@cornerstonejs/codec-openjpeg/decodewasmjs" {
  const factory: (options?: {
    readonly locateFile?: () => string;
    readonly print?: () => void;
  }) => Promise<Awaited<ReturnType<import("../../core/decode/codecs.ts").Codecs["jpeg2000"]>>>;
  export default factory;
}
declare module "@cornerstonejs/codec-openjph/wasmjs" {
  const factory: (options?: {
    readonly locateFile?: () => string;
    readonly print?: () => void;
  }) => Promise<Awaited<ReturnType<import("../../core/decode/codecs.ts").Codecs["htj2k"]>>>;
  export default factory;
}
