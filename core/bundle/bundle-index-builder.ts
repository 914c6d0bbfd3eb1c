import type { BundleFormat, BundleFrame, BundleIndex } from "./bundle-index.ts";

/** A frame as it goes into a bundle. */
export interface BundledFrame {
  readonly sopInstanceUid: string;
  readonly frameNumber: number;
  readonly format: BundleFormat;
  readonly beginningBytes: number;
  readonly restBytes: number;
}

export interface BundleIndexBuilder {
  add(frame: BundledFrame): void;
  index(): BundleIndex;
}

/** Writes down what lies where while a bundle is made; what frames have in common is said once. */
export function bundleIndexBuilder(): BundleIndexBuilder {
  const formats = new Map<string, { readonly place: number; readonly format: BundleFormat }>();
  const instances = new Map<string, number>();
  const frames: BundleFrame[] = [];
  let previewBytes = 0;

  function formatPlace(format: BundleFormat): number {
    const key = JSON.stringify(format);
    const known = formats.get(key) ?? { place: formats.size, format };
    formats.set(key, known);
    return known.place;
  }

  function instancePlace(sopInstanceUid: string): number {
    const place = instances.get(sopInstanceUid) ?? instances.size;
    instances.set(sopInstanceUid, place);
    return place;
  }

  return {
    add: ({ sopInstanceUid, frameNumber, format, beginningBytes, restBytes }) => {
      frames.push([instancePlace(sopInstanceUid), frameNumber, formatPlace(format), beginningBytes, restBytes]);
      previewBytes += beginningBytes;
    },
    index: () => ({
      version: 1,
      previewBytes,
      formats: [...formats.values()].map(({ format }) => format),
      sopInstanceUids: [...instances.keys()],
      frames,
    }),
  };
}
