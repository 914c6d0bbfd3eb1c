import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Frame } from "../../core/image/study-model.ts";
import { imageForTests, seriesForTests } from "./frame-for-tests.ts";
import { FrameLoader } from "./frame-loader.ts";
import { FrameStore } from "./frame-store.ts";
import { LoadFault } from "./load-fault.ts";

const series = seriesForTests("a", 20);
const grey = { kind: "grey", rows: 10, columns: 10, pixels: new Uint16Array(100), min: 0, max: 0 } as const;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function loaderOver(frame: (frame: Frame, asked: number) => Promise<void>, wanted = () => series.frames, urgent = 1) {
  const asked: string[] = [];
  const store = new FrameStore(1e6);
  const loader = new FrameLoader({
    source: {
      metadata: () => Promise.resolve([]),
      bulkData: () => Promise.resolve(new Uint8Array()),
      frame: async (which) => {
        asked.push(which.key);
        await frame(which, asked.filter((key) => key === which.key).length);
        return { bytes: new Uint8Array(200), transferSyntaxUid: "1.2.840.10008.1.2.1" };
      },
    },
    bundles: { preview: () => Promise.resolve(undefined), rests: () => Promise.resolve(undefined) },
    store,
    decode: () => Promise.resolve(grey),
    wanted: () => ({ frames: wanted(), urgent, singles: urgent }),
    framesOf: () => [],
    makeImage: imageForTests,
    loaded: () => {},
  });
  return { loader, store, asked };
}

it("keeps six requests in flight, two more for what is looked at", async () => {
  const { loader, asked } = loaderOver(() => new Promise(() => {}), undefined, 0);
  loader.pump();
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toEqual(series.frames.slice(0, 6).map(({ key }) => key));
  const urgent = loaderOver(() => new Promise(() => {}), undefined, 20);
  urgent.loader.pump();
  await vi.advanceTimersByTimeAsync(0);
  expect(urgent.asked.length).toBe(8);
});

it("gives the first image the line to itself", async () => {
  const settle: (() => void)[] = [];
  const { loader, asked } = loaderOver(() => new Promise((resolve) => settle.push(resolve)));
  loader.pump();
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toEqual(["a0"]);
  settle[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(asked.length).toBe(7);
});

it("does not look at all that is there for each frame that comes in", async () => {
  const long = seriesForTests("long", 2000);
  const { loader, store } = loaderOver(
    () => Promise.resolve(),
    () => long.frames,
  );
  const looks = vi.spyOn(store, "get");
  loader.pump();
  await vi.advanceTimersByTimeAsync(1000);
  const count = looks.mock.calls.length;
  looks.mockRestore();
  expect(long.frames.every(({ key }) => store.get(key))).toBe(true);
  // a frame has the loader look twice, each time at no more than what is in hand and what follows
  expect(count).toBeLessThan(2000 * 2 * 20);
});

it("follows a new order with the next free place", async () => {
  let order = series.frames;
  const settle: (() => void)[] = [];
  const { loader, asked } = loaderOver(
    () => new Promise((resolve) => settle.push(resolve)),
    () => order,
    0,
  );
  loader.pump();
  await vi.advanceTimersByTimeAsync(0);
  order = series.frames.toReversed();
  settle[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(asked[6]).toBe("a19");
});

it("tries a server error again, and takes what then comes", async () => {
  const { loader, store, asked } = loaderOver(async (frame, times) => {
    if (frame.key === "a0" && times < 3) throw new LoadFault("server", "HTTP 503");
  });
  loader.pump();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked.filter((key) => key === "a0").length).toBe(3);
  expect(series.frames.every(({ key }) => store.get(key))).toBe(true);
});

it("tells after four tries, leaves the server alone meanwhile, and loads everything once asked to try again", async () => {
  let down = true;
  const { loader, store, asked } = loaderOver(async () => {
    if (down) throw new LoadFault("offline");
  });
  loader.pump();
  await vi.advanceTimersByTimeAsync(6_000);
  expect(store.fault("a0")).toMatchObject({ code: "offline" });
  expect(asked.filter((key) => key === "a0").length).toBe(4);
  expect(asked.length).toBeLessThan(60); // 20 frames × 4 tries would be 80, and all at once
  down = false;
  const [first] = series.frames;
  if (first) loader.retry(first);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(series.frames.every(({ key }) => store.get(key))).toBe(true);
});

it("does not try again what cannot get better", async () => {
  const { loader, store, asked } = loaderOver(async (frame) => {
    if (frame.key === "a0") throw new LoadFault("not-found");
  });
  loader.pump();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked.filter((key) => key === "a0").length).toBe(1);
  expect(store.fault("a0")).toEqual({ code: "not-found", detail: "" });
});

it("asks for nothing more once it is closed", async () => {
  const { loader, asked } = loaderOver(async () => {});
  loader.close();
  loader.pump();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked).toEqual([]);
});
