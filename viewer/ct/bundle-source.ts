import type { ByteSpan } from "../../core/bundle/bundle-index.ts";
import { comingBundle } from "./coming-bundle.ts";
import { LoadFault, loadFaultOfStatus } from "./load-fault.ts";
import type { SeriesBundle } from "./series-bundle.ts";
import { steadyChunks } from "./steady-chunks.ts";

/** Beginnings came in: those of these frames of the bundle, by their keys in it. */
export type Arrived = (bundle: SeriesBundle, keys: readonly string[]) => void;

/** Where reading bundles come from. Rejects with LoadFault, or as the signal says. */
export interface BundleSource {
  /** Index and beginnings; undefined when the series has no bundle now. `arrived` is told which beginnings are here already. */
  preview(seriesInstanceUid: string, signal: AbortSignal, arrived: Arrived): Promise<SeriesBundle | undefined>;
  /** The bytes of the span as they come in; undefined when the series has another bundle by now. */
  rests(bundle: SeriesBundle, span: ByteSpan, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined>;
}

/** Beginnings of one series that are kept; a series with more of them is read by frames. */
const MOST_PREVIEW_BYTES = 256 * 1024 * 1024;

/** The bundles beside the study's resources on our own origin (decision 7). */
export function bundleSource(studyInstanceUid: string, root = "/dicom-web"): BundleSource {
  const study = `${root}/studies/${encodeURIComponent(studyInstanceUid)}`;
  const urlOf = (seriesInstanceUid: string) => `${study}/series/${encodeURIComponent(seriesInstanceUid)}/bundle`;
  return {
    preview: async (seriesInstanceUid, signal, arrived) => {
      // asked for each time, for one that was kept may be of a bundle that is gone
      const answer = await steadyChunks(`${urlOf(seriesInstanceUid)}/preview`, { cache: "no-cache" }, signal);
      const { response, chunks } = answer;
      if (response.status === 404 || response.status === 409) return answer.cancel();
      if (!response.ok) throw loadFaultOfStatus(response.status);
      const length = Number(response.headers.get("content-length") ?? 0);
      if (length < 1 || length > MOST_PREVIEW_BYTES) return answer.cancel();
      const coming = comingBundle(seriesInstanceUid, bundleTag(response.headers.get("etag")), length);
      for await (const chunk of chunks) {
        const here = coming.take(chunk);
        if (here) arrived(...here);
      }
      return coming.whole();
    },
    rests: async (bundle, { start, end }, signal) => {
      const headers = { range: `bytes=${start}-${end - 1}`, "if-range": bundle.etag };
      const answer = await steadyChunks(urlOf(bundle.seriesInstanceUid), { headers }, signal);
      const { response, chunks } = answer;
      if (response.status === 206) return chunks;
      // 200 is another bundle from its first byte on, 416 one that is shorter (RFC 9110 §13.1.5)
      if (response.status === 200 || response.status === 404 || response.status === 409 || response.status === 416)
        return answer.cancel();
      throw loadFaultOfStatus(response.status);
    },
  };
}

/** The tag of the bundle whose preview has this one: a `p` stands behind it. */
function bundleTag(previewTag: string | null): string {
  const [, tag] = /^"(.+)p"$/.exec(previewTag ?? "") ?? [];
  if (tag === undefined) throw new LoadFault("server", "entity tag");
  return `"${tag}"`;
}
