import { PREVIEW_HEAD_BYTES } from "../../core/bundle/bundle-index.ts";
import { LoadFault } from "./load-fault.ts";
import { readSeriesBundle, type SeriesBundle } from "./series-bundle.ts";

export interface ComingBundle {
  /** Takes the next bytes of the answer; the frames whose beginnings they brought, once the index is here. */
  take(chunk: Uint8Array): readonly [SeriesBundle, readonly string[]] | undefined;
  /** The bundle with all its beginnings. Throws LoadFault when bytes are lacking. */
  whole(): SeriesBundle;
}

/** Reads the answer of a preview while it comes in. Throws LoadFault for bytes that are none. */
export function comingBundle(seriesInstanceUid: string, etag: string, length: number): ComingBundle {
  const bytes = new Uint8Array(length);
  let at = 0;
  let bundle: SeriesBundle | undefined;
  let told = 0;
  let entries: readonly (readonly [string, { readonly beginning: Uint8Array }])[] = [];

  function readIndex(): SeriesBundle | undefined {
    if (at < PREVIEW_HEAD_BYTES || at < PREVIEW_HEAD_BYTES + new DataView(bytes.buffer).getUint32(0, true))
      return undefined;
    try {
      return readSeriesBundle(seriesInstanceUid, etag, bytes); // the beginnings are views, filled as they come
    } catch {
      throw new LoadFault("server", "bundle");
    }
  }

  return {
    take: (chunk) => {
      if (chunk.length > length - at) throw new LoadFault("server", "bundle");
      bytes.set(chunk, at);
      at += chunk.length;
      if (!bundle) {
        bundle = readIndex();
        entries = [...(bundle?.frames ?? [])];
      }
      const from = told;
      for (let next = entries[told]; next && next[1].beginning.byteOffset + next[1].beginning.length <= at; ) {
        told++;
        next = entries[told];
      }
      return bundle && [bundle, entries.slice(from, told).map(([key]) => key)];
    },
    whole: () => {
      if (!bundle || at < length) throw new LoadFault("offline", "cut short");
      return bundle;
    },
  };
}
