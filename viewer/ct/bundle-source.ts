import type { ByteSpan } from "../../core/bundle/bundle-index.ts";
import { LoadFault, loadFaultOfStatus } from "./load-fault.ts";
import { readSeriesBundle, type SeriesBundle } from "./series-bundle.ts";
import { steadyChunks } from "./steady-chunks.ts";

/** Where reading bundles come from. Rejects with LoadFault, or as the signal says. */
export interface BundleSource {
  /** Index and beginnings; undefined when the series has no bundle now. */
  preview(seriesInstanceUid: string, signal: AbortSignal): Promise<SeriesBundle | undefined>;
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
    preview: async (seriesInstanceUid, signal) => {
      // asked for each time, for one that was kept may be of a bundle that is gone
      const answer = await steadyChunks(`${urlOf(seriesInstanceUid)}/preview`, { cache: "no-cache" }, signal);
      const { response, chunks } = answer;
      if (response.status === 404 || response.status === 409) return answer.cancel();
      if (!response.ok) throw loadFaultOfStatus(response.status);
      if (Number(response.headers.get("content-length") ?? 0) > MOST_PREVIEW_BYTES) return answer.cancel();
      const parts: Uint8Array[] = [];
      let length = 0;
      for await (const chunk of chunks) {
        length += chunk.length;
        if (length > MOST_PREVIEW_BYTES) return undefined;
        parts.push(chunk);
      }
      try {
        return readSeriesBundle(seriesInstanceUid, bundleTag(response.headers.get("etag")), joined(parts, length));
      } catch {
        throw new LoadFault("server", "bundle");
      }
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
  if (tag === undefined) throw new RangeError("entity tag");
  return `"${tag}"`;
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
