/// <reference types="node" />
import { createRequire } from "node:module";
import type { Codecs } from "./codecs.ts";

const require = createRequire(import.meta.url);
const load =
  <M>(name: string): (() => Promise<M>) =>
  () =>
    require(name)({ print: () => {} });

/** The same codec builds as in the browser, run by Node for the tests. */
export const codecsForTests: Codecs = {
  jpeg8: load("@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs"),
  jpegLs: load("@cornerstonejs/codec-charls/decodewasmjs"),
  jpeg2000: load("@cornerstonejs/codec-openjpeg/decodewasmjs"),
  htj2k: load("@cornerstonejs/codec-openjph/wasmjs"),
};
