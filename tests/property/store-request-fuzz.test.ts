import { afterAll, beforeAll, expect, it } from "vitest";
import { dicomJson } from "../../core/dicom/dicom-json.ts";
import { readPart10 } from "../../core/dicom/read-part10.ts";
import { type DicomwebHub, pixelsOf, startDicomwebHub, storeBody, testSlice } from "../integration/dicomweb-hub.ts";
import { dice, mutated } from "./mutated-streams.ts";

/** Each is a whole request to a hub with its store and its database; the seeds are the cases. */
const REQUESTS = 300;

let hub: DicomwebHub;
beforeAll(async () => {
  hub = await startDicomwebHub();
});
afterAll(() => hub.close());

const slice = (n: number) =>
  testSlice({ study: "2.25.77", series: "2.25.77.1", instance: `2.25.77.1.${n}`, number: n });

const BODIES = {
  "application/dicom": storeBody([slice(1), slice(2)]),
  "application/dicom+json": storeBody([
    { type: "application/octet-stream", location: "p/4", bytes: pixelsOf(slice(4)) },
    {
      type: "application/dicom+json",
      bytes: Buffer.from(
        JSON.stringify(
          [3, 4].map((n) => ({
            ...dicomJson(readPart10(slice(n), true).dataSet),
            "7FE00010": { vr: "OW", BulkDataURI: `p/${n}` },
          })),
        ),
      ),
    },
    { type: "application/octet-stream", location: "p/3", bytes: pixelsOf(slice(3)) },
  ]),
};

// the hub's own check at its end: nothing was an unexpected error
it.each(["application/dicom", "application/dicom+json"] as const)(
  "any store request of %s is answered in plain words, and leaves instances with rows or nothing",
  async (root) => {
    const seen = new Set<number>();
    for (let seed = 0; seed < REQUESTS; seed++) {
      // what is stored whole at first makes other bytes of it differ
      const body = seed === 0 ? BODIES[root] : mutated(BODIES[root], dice(seed));
      const response = await hub.fetch("/studies", {
        method: "POST",
        headers: { "content-type": `multipart/related; type="${root}"; boundary=edge` },
        body: new Uint8Array(body),
      });
      await response.arrayBuffer();
      seen.add(response.status);
      expect([200, 202, 400, 409, 413, 415], `case ${seed}`).toContain(response.status);
      const rows = await hub.db.selectFrom("instance").select("id").execute();
      expect(await hub.keptFiles(), `case ${seed}`).toEqual({ blobs: rows.length, unfinished: 0 });
    }
    // of so many, some were taken whole, in part, not at all, and not understood
    expect([...seen].sort()).toEqual(expect.arrayContaining([200, 202, 400, 409]));
  },
);
