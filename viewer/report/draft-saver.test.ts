import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiProblem } from "../api/call-api.ts";
import { draftSaver, type SaveState } from "./draft-saver.ts";
import type { LocalDraft, LocalDrafts, ReportText } from "./local-drafts.ts";
import { sameText } from "./local-drafts.ts";

const typed = (findings: string): ReportText => ({ findings, impression: "" });
const none = typed("");

/** A hub that keeps revisions as the real one does, and can be cut off. */
function bench(start: ReportText = none, revision = 0) {
  const hub = { ...start, revision };
  const sends: { readonly findings: string; readonly basedOn: number; readonly leaving: boolean }[] = [];
  const states: SaveState[] = [];
  const adopted: string[] = [];
  const faults: ApiProblem[] = [];
  let kept: LocalDraft | null = null;
  let answerLost = false;
  const local: LocalDrafts = {
    read: () => kept,
    write: (_, draft) => {
      kept = draft;
      return true;
    },
    forget: (_, text) => {
      if (kept !== null && sameText(kept, text)) kept = null;
    },
    discard: () => {
      kept = null;
    },
  };
  const saver = draftSaver({
    taskId: "t",
    start,
    revision,
    savedAt: null,
    sent: [],
    local,
    now: () => Date.now(),
    onState: (state) => states.push(state),
    onLocalRefused: () => {},
    onAdopted: (text) => adopted.push(text.findings),
    load: async () => ({ ...hub }),
    async save({ findings, impression, basedOn }, leaving) {
      sends.push({ findings, basedOn, leaving });
      await new Promise((done) => setTimeout(done, 100));
      const fault = faults.shift();
      if (fault !== undefined) throw fault;
      if (basedOn !== hub.revision) throw new ApiProblem(409, "draft-outdated");
      Object.assign(hub, { findings, impression, revision: hub.revision + 1 });
      if (answerLost) throw new ApiProblem(0, "unreachable");
      return { revision: hub.revision, savedAt: "2026-11-22T06:05:12.000Z" };
    },
  });
  return {
    saver,
    hub,
    sends,
    faults,
    states,
    adopted,
    last: () => states.at(-1),
    kept: () => kept,
    loseAnswers: (lost: boolean) => {
      answerLost = lost;
    },
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("keeps every keystroke here at once and sends once the typing rests", async () => {
  const { saver, sends, last, kept } = bench();
  saver.change(typed("双"));
  expect(kept()?.findings).toBe("双");
  await vi.advanceTimersByTimeAsync(500); // 500 < 600: still typing
  saver.change(typed("双肺"));
  await vi.advanceTimersByTimeAsync(599);
  expect(sends).toEqual([]);
  await vi.advanceTimersByTimeAsync(1 + 100); // 600 after the last key, 100 for the answer
  expect(sends).toEqual([{ findings: "双肺", basedOn: 0, leaving: false }]);
  expect(last()).toEqual({ kind: "saved", savedAt: "2026-11-22T06:05:12.000Z" });
  expect(kept()).toBeNull();
});

it("sends what was typed during a save after it, on the revision it made", async () => {
  const { saver, sends, hub, kept } = bench();
  saver.change(typed("a"));
  await vi.advanceTimersByTimeAsync(650); // the save is under way since 600
  saver.change(typed("ab"));
  await vi.advanceTimersByTimeAsync(2000);
  expect(sends.map((s) => [s.findings, s.basedOn])).toEqual([
    ["a", 0],
    ["ab", 1],
  ]);
  expect(hub.findings).toBe("ab");
  expect(kept()).toBeNull();
});

it("keeps the text while the hub is out of reach and sends it when it is back", async () => {
  const { saver, faults, hub, last, kept, states } = bench();
  faults.push(new ApiProblem(0, "unreachable"), new ApiProblem(503, "unexpected"));
  saver.change(typed("a"));
  await vi.advanceTimersByTimeAsync(750);
  expect(last()).toEqual({ kind: "unreachable" });
  expect(kept()?.findings).toBe("a");
  await vi.advanceTimersByTimeAsync(10_000); // tries again after 1 s and 2 s
  expect(hub.findings).toBe("a");
  expect(last()?.kind).toBe("saved");
  expect(states.filter((s) => s.kind === "unreachable")).toHaveLength(2);
});

it("waits for the sign-in, then sends", async () => {
  const { saver, faults, hub, last, sends } = bench();
  faults.push(new ApiProblem(401, "not-signed-in"));
  saver.change(typed("a"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(last()).toEqual({ kind: "signed-out" });
  expect(sends).toHaveLength(1);
  void saver.flush();
  await vi.advanceTimersByTimeAsync(100);
  expect(hub.findings).toBe("a");
});

it("knows its own save when the answer was lost", async () => {
  const { saver, hub, last, loseAnswers, sends } = bench();
  loseAnswers(true);
  saver.change(typed("a"));
  await vi.advanceTimersByTimeAsync(750);
  expect(last()).toEqual({ kind: "unreachable" });
  loseAnswers(false);
  saver.change(typed("ab"));
  await vi.advanceTimersByTimeAsync(5000);
  expect(hub).toMatchObject({ findings: "ab", revision: 2 });
  expect(sends.map((s) => s.basedOn)).toEqual([0, 0, 1]); // refused once at 0, then on the revision that was ours
  expect(last()?.kind).toBe("saved");
});

it("stops and shows both texts when another window saved other words; the chosen one goes on", async () => {
  const { saver, hub, last, kept, sends } = bench();
  Object.assign(hub, { findings: "其他", revision: 7 });
  saver.change(typed("这里"));
  await vi.advanceTimersByTimeAsync(750);
  expect(last()).toEqual({ kind: "outdated", hub: { findings: "其他", impression: "", revision: 7 } });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sends).toHaveLength(1);
  expect(kept()?.findings).toBe("这里");
  saver.choose(typed("这里"), { findings: "其他", impression: "", revision: 7 });
  await vi.advanceTimersByTimeAsync(200);
  expect(hub).toMatchObject({ findings: "这里", revision: 8 });
});

it("sends nothing more after a refusal that no repetition will change", async () => {
  const { saver, faults, last, sends, kept } = bench();
  faults.push(new ApiProblem(409, "task-claim-lost"));
  saver.change(typed("a"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(last()?.kind).toBe("refused");
  expect(sends).toHaveLength(1);
  expect(kept()?.findings).toBe("a");
});

it("sends at once, with the page's last breath, when the page goes away", async () => {
  const { saver, sends } = bench();
  saver.change(typed("a"));
  void saver.flush(true);
  expect(sends).toEqual([{ findings: "a", basedOn: 0, leaving: true }]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(sends).toHaveLength(1);
});

it("says saved again when the text is back to what the hub has", async () => {
  const { saver, sends, last, kept } = bench(typed("a"), 2);
  saver.change(typed("ab"));
  saver.change(typed("a"));
  await vi.advanceTimersByTimeAsync(1000);
  expect(sends).toEqual([]);
  expect(last()?.kind).toBe("saved");
  expect(kept()).toBeNull();
});

it("keeps nothing here once the report was submitted", async () => {
  const { saver, sends, kept } = bench();
  saver.change(typed("a"));
  await saver.settle();
  saver.done();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sends).toEqual([]);
  expect(kept()).toBeNull();
});

it("follows another window while nothing was typed here, and never over what was", async () => {
  const { saver, hub, adopted } = bench();
  Object.assign(hub, { findings: "那边", revision: 3 });
  await saver.follow();
  expect(adopted).toEqual(["那边"]);
  saver.change(typed("那边，这边"));
  Object.assign(hub, { findings: "那边再改", revision: 4 });
  await saver.follow();
  expect(adopted).toEqual(["那边"]);
});
