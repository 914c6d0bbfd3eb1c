import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { DecodeRequest } from "../../core/decode/decoded-frame.ts";
import { loadOrder } from "../kernels/load-order.ts";
import { bundleForTests, placesOf } from "./bundle-for-tests.ts";
import type { BundleSource } from "./bundle-source.ts";
import { imageForTests, seriesForTests } from "./frame-for-tests.ts";
import { FrameLoader } from "./frame-loader.ts";
import { FrameStore } from "./frame-store.ts";
import { LoadFault } from "./load-fault.ts";
import type { SeriesBundle } from "./series-bundle.ts";

const COUNT = 100;
const series = seriesForTests("a", COUNT);
const bundle = bundleForTests(series);
const grey = { kind: "grey", rows: 10, columns: 10, pixels: new Uint16Array(100), min: 0, max: 0 } as const;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function* restsOf(places: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const place of places) yield new Uint8Array(3).fill(place);
}

interface Fakes {
  readonly preview?: BundleSource["preview"];
  readonly rests?: (places: readonly number[], signal: AbortSignal) => Promise<AsyncIterable<Uint8Array> | undefined>;
  readonly frame?: () => Promise<void>;
  readonly decode?: (request: DecodeRequest) => Promise<typeof grey>;
}

/** A reader at slice 50 of a series whose bundle is there, unless said otherwise. `said` is what the loader did, in order. */
function openAt(fakes: Fakes = {}) {
  const said: string[] = [];
  const store = new FrameStore(1e6);
  const place = { slice: 50, heading: 0 as -1 | 0 | 1 };
  let wanted = order();
  function order() {
    const frames = loadOrder(place.slice, COUNT, place.heading).flatMap((index) => series.frames[index] ?? []);
    return { frames, urgent: 1, singles: 1 };
  }
  const loader = new FrameLoader({
    source: {
      metadata: () => Promise.resolve([]),
      bulkData: () => Promise.resolve(new Uint8Array()),
      frame: async ({ key }) => {
        said.push(`frame ${key}`);
        await fakes.frame?.();
        return { bytes: new Uint8Array(7), transferSyntaxUid: "1.2.840.10008.1.2.1" };
      },
    },
    bundles: {
      preview: (uid, signal, arrived) => {
        said.push("preview");
        return (fakes.preview ?? (() => Promise.resolve<SeriesBundle | undefined>(bundle)))(uid, signal, arrived);
      },
      rests: (_, span, signal) => {
        const places = placesOf(bundle, span);
        said.push(`rests ${places[0]}-${places.at(-1)}`);
        return (fakes.rests ?? (() => Promise.resolve(restsOf(places))))(places, signal);
      },
    },
    store,
    decode: (request) => {
      if (request.transferSyntaxUid.endsWith(".202")) {
        // every byte of a frame is its place, so a rest put to another's beginning is seen
        expect(new Set(request.bytes).size).toBe(1);
        expect(request.bytes.length).toBe(request.reduction === undefined ? 5 : 2);
      }
      return fakes.decode?.(request) ?? Promise.resolve(grey);
    },
    wanted: () => wanted,
    framesOf: () => series.frames,
    makeImage: (frame, _, transferSyntaxUid, reduction) => ({
      ...imageForTests(frame),
      transferSyntaxUid,
      reduction,
      sizeInBytes: reduction > 0 ? 20 : 200,
    }),
    loaded: ({ frame, reduction }) => said.push(`${reduction > 0 ? "small" : "whole"} ${frame.key}`),
  });
  const go = (slice: number, heading: -1 | 0 | 1): void => {
    Object.assign(place, { slice, heading });
    wanted = order();
    loader.pump();
  };
  loader.pump();
  return { loader, store, said, go };
}

const whole = (store: FrameStore) => series.frames.filter(({ key }) => store.get(key)).length;

it("brings the frame that is looked at, then all previews, then whole frames from there outward", async () => {
  const { said, store } = openAt({ rests: () => new Promise(() => {}) });
  await vi.advanceTimersByTimeAsync(0);
  // 50 alone; the line is then the previews'; 16 frames around 50, and the 16 that are next on both sides of them
  expect(said.slice(0, 3)).toEqual(["frame a50", "whole a50", "preview"]);
  expect(said.filter((line) => line.startsWith("rests"))).toEqual(["rests 51-66", "rests 34-49"]);
  const small = said.filter((line) => line.startsWith("small"));
  expect(small.slice(0, 4)).toEqual(["small a51", "small a49", "small a52", "small a48"]);
  expect(small.length).toBe(COUNT - 1); // 50 is there whole
  expect(series.frames.every(({ key }) => store.drawable(key))).toBe(true);
  expect(whole(store)).toBe(1);
});

it("brings every frame whole, many with one request, the frame's own rest to its own beginning", async () => {
  const { said, store } = openAt();
  await vi.advanceTimersByTimeAsync(100);
  expect(whole(store)).toBe(COUNT);
  expect(series.frames.every(({ key }) => store.get(key)?.reduction === 0)).toBe(true);
  const runs = said.filter((line) => line.startsWith("rests"));
  expect(runs.length).toBeLessThanOrEqual(10); // 99 frames, 16 at a time, and what is left at the ends
  expect(said.filter((line) => line.startsWith("frame"))).toEqual(["frame a50"]);
  expect(said.filter((line) => line === "whole a12").length).toBe(1);
});

it("gives up what is on its way when the reader goes elsewhere, and brings what is there first", async () => {
  const aborted: string[] = [];
  const { said, go } = openAt({
    rests: (places, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          aborted.push(`${places[0]}-${places.at(-1)}`);
          reject(signal.reason);
        });
      }),
  });
  await vi.advanceTimersByTimeAsync(0);
  go(51, 1); // a step: it is on its way already
  await vi.advanceTimersByTimeAsync(0);
  expect(aborted).toEqual([]);
  said.length = 0;
  go(95, 1);
  await vi.advanceTimersByTimeAsync(0);
  expect(aborted).toContain("34-49");
  expect(said[0]).toBe("rests 95-95"); // alone, so that it waits for nothing
  expect(said.some((line) => /^rests 9[0-9]-99$/.test(line))).toBe(true);
});

it("reads by frames while there is no bundle, looks for it again, and then takes the rest out of it", async () => {
  let made = false;
  let asked = 0;
  const { said, store } = openAt({
    preview: () => {
      asked++;
      return Promise.resolve(made ? bundle : undefined);
    },
    frame: () => new Promise((resolve) => setTimeout(resolve, 6_000)), // 6 at a time, 60 a minute
  });
  await vi.advanceTimersByTimeAsync(13_000);
  expect(asked).toBe(1);
  expect(said.slice(0, 4)).toEqual(["frame a50", "whole a50", "preview", "frame a51"]);
  expect(whole(store)).toBe(7);
  made = true;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(asked).toBe(2);
  expect(whole(store)).toBe(COUNT);
  expect(said.filter((line) => line.startsWith("frame")).length).toBeLessThan(40);
});

it.each([
  ["the server fails", () => Promise.reject(new LoadFault("server", "HTTP 500"))],
  ["the bundle is no bundle", () => Promise.reject(new RangeError("bundle version"))],
])("reads by frames when %s", async (_, preview) => {
  const { store } = openAt({ preview });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(whole(store)).toBe(COUNT);
});

it("mixes no two bundles: when the series has another one it reads by frames", async () => {
  const { store, said } = openAt({ rests: () => Promise.resolve(undefined) });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(whole(store)).toBe(COUNT);
  expect(said.filter((line) => line === "preview").length).toBe(1);
  expect(said.filter((line) => line.startsWith("frame")).length).toBe(COUNT);
});

it("keeps what came before the line broke, and asks for the others again", async () => {
  let broken = 0;
  const { said, store } = openAt({
    rests: (places) => Promise.resolve(broken++ === 0 ? restsOf(places.slice(0, 4)) : restsOf(places)),
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(["a51", "a54", "a55"].map((key) => store.get(key) !== undefined)).toEqual([true, true, false]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(whole(store)).toBe(COUNT);
  expect(said.filter((line) => line === "whole a51").length).toBe(1);
});

it("asks for a frame by itself that cannot be read out of the bundle", async () => {
  const { said, store } = openAt({
    decode: ({ bytes, reduction }) =>
      reduction === undefined && bytes[0] === 7
        ? Promise.reject(Object.assign(new Error(), { code: "frame-damaged", detail: "" }))
        : Promise.resolve(grey),
  });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(said.filter((line) => line.startsWith("frame"))).toEqual(["frame a50", "frame a7"]);
  expect(store.get("a7")?.transferSyntaxUid).toBe("1.2.840.10008.1.2.1");
  expect(whole(store)).toBe(COUNT);
});

it("tells a server error after four tries, with the preview there, and goes on when asked", async () => {
  let down = true;
  const { loader, store, go } = openAt({
    rests: (places) => (down ? Promise.reject(new LoadFault("server", "HTTP 500")) : Promise.resolve(restsOf(places))),
  });
  await vi.advanceTimersByTimeAsync(0);
  go(20, -1);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(store.fault("a20")).toMatchObject({ code: "server" });
  expect(store.drawable("a20")?.reduction).toBe(2);
  down = false;
  const frame = series.frames[20];
  if (frame) loader.retry(frame);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(whole(store)).toBe(COUNT);
});

it("shows previews while others are still on their way, and decodes none twice", async () => {
  const { said, store } = openAt({
    preview: async (_, signal, arrived) => {
      arrived(bundle, ["a0/1", "a1/1"]);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return signal.aborted ? undefined : bundle;
    },
    rests: () => new Promise(() => {}),
  });
  await vi.advanceTimersByTimeAsync(500);
  expect(said.filter((line) => line.startsWith("small"))).toEqual(["small a0", "small a1"]);
  expect(store.drawable("a0")?.reduction).toBe(2);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(said.filter((line) => line.startsWith("small")).length).toBe(COUNT - 1);
});
