import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiProblem } from "../../api/call-api.ts";
import type { Inspection } from "./inspect-source.ts";
import { Uploader, type UploaderParts } from "./uploader.ts";

/** The hub as a set of "uid hash"; the line between breaks when told to. */
function fakeHub() {
  const hub = {
    stored: new Set<string>(),
    batches: [] as string[][],
    questions: 0,
    /** Called for each batch before it is answered: throws what the line or the hub answers instead. */
    fault: (_batch: readonly string[], _store: () => void): void => {},
    signedOut: 0,
    remembered: [] as unknown[],
  };
  const key = (name: string) => `1.2.${name} ${"0".repeat(64)}`;
  const nameOf = (blob: Blob) => (blob instanceof File ? blob.name : "?");
  const parts: UploaderParts = {
    readers: {
      list: async () => [],
      inspect: async (source): Promise<Inspection> => {
        const name = source.kind === "file" ? source.file.name : "?";
        if (name.endsWith(".txt")) return { kind: "refused", reason: "not-dicom" };
        const header = { studyInstanceUid: "1.2", seriesInstanceUid: "1.2.0", sopInstanceUid: `1.2.${name}` };
        return { kind: "instance", header, dataSetSha256: "0".repeat(64) };
      },
      unpack: async () => new Blob(),
      close: () => {},
    },
    send: (blobs, onProgress) => {
      const names = blobs.map(nameOf);
      let abort = () => {};
      const answer = (async () => {
        hub.batches.push(names);
        await new Promise<void>((resolve, reject) => {
          abort = () => reject(new ApiProblem(0, "unreachable"));
          setTimeout(resolve, 100);
        });
        onProgress(blobs.reduce((sum, blob) => sum + blob.size, 0));
        const store = () => {
          for (const name of names) hub.stored.add(key(name));
        };
        hub.fault(names, store);
        store();
        return { "00081199": { Value: names.map((name) => ({ "00081155": { Value: [`1.2.${name}`] } })) } };
      })();
      return { answer, abort: () => abort() };
    },
    findStored: async (instances) => {
      hub.questions++;
      return instances.flatMap((i) =>
        hub.stored.has(`${i.sopInstanceUid} ${i.dataSetSha256}`) ? i.sopInstanceUid : [],
      );
    },
    remember: (lines) => hub.remembered.push(lines),
    onSignedOut: () => hub.signedOut++,
    onChange: () => {},
    now: () => Date.now(),
  };
  return { hub, key, uploader: new Uploader(parts) };
}

const picked = (...names: readonly string[]) =>
  names.map((name) => ({ path: `CT/${name}`, file: new File(["x".repeat(10)], name) }));
const numbered = (count: number) => picked(...Array.from({ length: count }, (_, i) => String(i + 1)));
const states = (uploader: Uploader) => uploader.snapshot().items.map((item) => item.state);
const run = () => vi.advanceTimersByTimeAsync(90_000);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("sends what the hub has not, in batches of 20, and says what was there", async () => {
  const { hub, key, uploader } = fakeHub();
  hub.stored.add(key("1"));
  uploader.add(numbered(45));
  await run();
  // 45 − 1 there already = 44 to send
  expect(hub.batches.flat()).toHaveLength(44);
  expect(Math.max(...hub.batches.map((batch) => batch.length))).toBeLessThanOrEqual(20);
  expect(uploader.snapshot().totals.counts).toMatchObject({ stored: 44, already: 1 });
  expect(uploader.snapshot().phase).toBe("idle");
});

test("one bad file gets its own line and does not hold up the others", async () => {
  const { hub, uploader } = fakeHub();
  uploader.add(picked("1", "note.txt", "Thumbs.db", "2"));
  await run();
  expect(states(uploader)).toEqual(["stored", "refused", "skipped", "stored"]);
  expect(hub.batches.flat().sort()).toEqual(["1", "2"]);
});

test("a lost answer: asks, and does not send again what arrived", async () => {
  const { hub, uploader } = fakeHub();
  let first = true;
  hub.fault = (_, store) => {
    if (!first) return;
    first = false;
    store();
    throw new ApiProblem(0, "unreachable");
  };
  uploader.add(numbered(3));
  await run();
  expect(states(uploader)).toEqual(["stored", "stored", "stored"]);
  expect(hub.batches.flat().sort()).toEqual([...new Set(hub.batches.flat())].sort()); // none went twice
});

test("a broken line is tried again until it is back, for minutes if need be", async () => {
  const { hub, uploader } = fakeHub();
  const backAt = Date.now() + 300_000;
  hub.fault = () => {
    if (Date.now() < backAt) throw new ApiProblem(0, "unreachable");
  };
  uploader.add(numbered(3));
  await run();
  expect(uploader.snapshot().phase).toBe("waiting");
  expect(uploader.snapshot().retryAt).not.toBeNull();
  await vi.advanceTimersByTimeAsync(300_000);
  expect(states(uploader)).toEqual(["stored", "stored", "stored"]);
});

test("a batch refused as a whole is taken apart, so that one file alone is refused", async () => {
  const { hub, uploader } = fakeHub();
  hub.fault = (names) => {
    if (names.includes("2")) throw new ApiProblem(413, "too-large");
  };
  uploader.add(numbered(3));
  await run();
  expect(states(uploader)).toEqual(["stored", "refused", "stored"]);
  expect(uploader.snapshot().items[1]?.reason?.code).toBe("too-large");
});

test("a fault nobody explains ends in a refusal, not in an endless loop", async () => {
  const { hub, uploader } = fakeHub();
  hub.fault = () => {
    throw new ApiProblem(500, "unexpected");
  };
  uploader.add(numbered(1));
  await run();
  expect(states(uploader)).toEqual(["refused"]);
  expect(hub.batches).toHaveLength(4);
});

test("a full store is waited for, not taken for a bad file", async () => {
  const { hub, uploader } = fakeHub();
  const freeAt = Date.now() + 60_000;
  hub.fault = () => {
    if (Date.now() < freeAt) throw new ApiProblem(503, "storage-full");
  };
  uploader.add(numbered(1));
  await vi.advanceTimersByTimeAsync(50_000);
  expect(uploader.snapshot().problem?.code).toBe("storage-full");
  await run();
  expect(states(uploader)).toEqual(["stored"]);
});

test("signed out: waits for the sign-in, then goes on", async () => {
  const { hub, uploader } = fakeHub();
  let signedIn = false;
  hub.fault = () => {
    if (!signedIn) throw new ApiProblem(401, "not-signed-in");
  };
  uploader.add(numbered(2));
  await run();
  expect(uploader.snapshot().phase).toBe("signed-out");
  expect(hub.signedOut).toBeGreaterThan(0);
  signedIn = true;
  uploader.signedIn();
  await run();
  expect(states(uploader)).toEqual(["stored", "stored"]);
});

test("pause stops at once, resume goes on, cancel leaves what is stored", async () => {
  const { uploader } = fakeHub();
  uploader.add(numbered(60));
  await vi.advanceTimersByTimeAsync(50);
  uploader.pause();
  await run();
  expect(uploader.snapshot().phase).toBe("paused");
  expect(uploader.snapshot().totals.counts.stored).toBe(0);
  uploader.resume();
  await vi.advanceTimersByTimeAsync(110); // the first two batches, 20 + 20
  uploader.cancel();
  await run();
  expect(uploader.snapshot().totals.counts).toMatchObject({ stored: 40, cancelled: 20 });
  uploader.again();
  await run();
  expect(uploader.snapshot().totals.counts.stored).toBe(60);
});

test("after a reload the lines are there, and adding the folder again sends only the rest", async () => {
  const before = fakeHub();
  before.uploader.add(numbered(2));
  await run();
  const lines = before.hub.remembered.at(-1) as Parameters<Uploader["restore"]>[0];
  const { hub, uploader } = fakeHub();
  for (const stored of before.hub.stored) hub.stored.add(stored);
  const unfinished = {
    path: "CT/3",
    size: 10,
    state: "sending",
    header: null,
    dataSetSha256: null,
    reason: null,
  } as const;
  uploader.restore([...lines, unfinished]);
  await run();
  expect(states(uploader)).toEqual(["stored", "stored", "lost"]);
  uploader.add(numbered(3));
  await run();
  expect(hub.batches).toEqual([["3"]]);
  expect(states(uploader)).toEqual(["stored", "stored", "stored"]);
});
