import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ShownMark } from "../../core/api/payloads/mark-payloads.ts";
import { type ReadingMark, sameMark } from "../../core/reading/reading-mark.ts";
import { ApiProblem } from "../api/call-api.ts";
import type { LocalMarks } from "./local-marks.ts";
import { type DrawnMark, MarkBook, type MarkCanvas } from "./mark-book.ts";

const ME = { id: "me", displayName: "顾明远" };
const OTHER = { id: "other", displayName: "沈清" };
const TASK = "task";

function drawn(id: string, x = 1): DrawnMark {
  return {
    id,
    sopInstanceUid: "1.2",
    frameNumber: 1,
    kind: "length",
    points: [
      [x, 2],
      [3, 4],
    ],
  };
}

/** A hub that keeps marks as the real one does, and can be cut off; several windows may be open to it. */
function hub() {
  const stored = new Map<string, ReadingMark>();
  const others: ShownMark[] = [];
  const gone = new Set<string>();
  let fault: ApiProblem | null = null;
  let saves = 0;
  return {
    stored,
    others,
    gone,
    get saves() {
      return saves;
    },
    cut: (problem: ApiProblem | null) => {
      fault = problem;
    },
    load: async (): Promise<readonly ShownMark[]> => {
      if (fault) throw fault;
      const own = [...stored.values()].filter((mark) => !mark.deleted && !gone.has(mark.id));
      return [...own.map((mark) => shown(mark, ME)), ...others];
    },
    save: async (_: string, marks: readonly ReadingMark[]) => {
      saves += 1;
      if (fault) throw fault;
      const [saved, outdated]: [string[], ReadingMark[]] = [[], []];
      for (const mark of marks.filter(({ id }) => !gone.has(id))) {
        const before = stored.get(mark.id);
        if (
          before &&
          (before.revision > mark.revision || (before.revision === mark.revision && !sameMark(before, mark)))
        )
          outdated.push(before);
        else {
          stored.set(mark.id, mark);
          saved.push(mark.id);
        }
      }
      return { saved, outdated, gone: marks.flatMap(({ id }) => (gone.has(id) ? [id] : [])) };
    },
  };
}

function shown(mark: ReadingMark, author: ShownMark["author"], taskId = TASK): ShownMark {
  return { ...mark, points: mark.points.map(([x, y]) => [x, y]), author, taskId };
}

function machine() {
  const kept = new Map<string, ReadingMark>();
  const local: LocalMarks = {
    read: (task) => [...kept].flatMap(([key, mark]) => (key.startsWith(`${task} `) ? [mark] : [])),
    write: (task, mark) => {
      kept.set(`${task} ${mark.id}`, mark);
      return true;
    },
    forget: (task, id) => void kept.delete(`${task} ${id}`),
  };
  return { kept, local };
}

function window(at: ReturnType<typeof hub>, { local } = machine(), taskId: string | null = TASK) {
  let marks: readonly DrawnMark[] = [];
  let busy = false;
  const canvas: MarkCanvas = {
    busy: () => busy,
    read: () => marks,
    write: (next) => {
      marks = next.map(({ id, sopInstanceUid, frameNumber, kind, points }) => ({
        id,
        sopInstanceUid,
        frameNumber,
        kind,
        points,
      }));
    },
  };
  const book = new MarkBook({
    author: ME,
    canvas,
    local,
    holds: (sopInstanceUid) => sopInstanceUid.startsWith("1."),
    load: at.load,
    save: at.save,
  });
  book.open(taskId);
  return {
    book,
    marks: () => marks,
    ids: () => marks.map(({ id }) => id),
    draw: (...next: readonly DrawnMark[]) => {
      marks = [...marks.filter(({ id }) => next.every((mark) => mark.id !== id)), ...next];
      book.look();
    },
    erase: (id: string) => {
      marks = marks.filter((mark) => mark.id !== id);
      book.look();
    },
    hold: (held: boolean) => {
      busy = held;
    },
  };
}

const rest = (ms = 2000) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("sends what was drawn, moved and erased once the hand rests", async () => {
  const at = hub();
  const one = window(at);
  await rest();
  one.draw(drawn("a"));
  await rest(200);
  expect(one.book.saveState.kind).toBe("drawn");
  expect(at.stored.size).toBe(0);
  await rest();
  expect(at.stored.get("a")).toMatchObject({ number: 1, revision: 1, deleted: false, points: drawn("a").points });
  expect(one.book.saveState.kind).toBe("saved");
  one.draw(drawn("a", 9));
  await rest();
  expect(at.stored.get("a")).toMatchObject({ number: 1, revision: 2, points: drawn("a", 9).points });
  one.erase("a");
  await rest();
  expect(at.stored.get("a")).toMatchObject({ revision: 3, deleted: true });
  const { saves } = at;
  await rest(60_000);
  expect(at.saves).toBe(saves); // and is quiet when nothing changes
});

it("looks at nothing while a mark is under the hand", async () => {
  const at = hub();
  const one = window(at);
  await rest();
  one.hold(true);
  one.draw(drawn("a"));
  await rest();
  expect(one.book.findings).toEqual([]);
  one.hold(false);
  await rest();
  expect(at.stored.size).toBe(1);
});

it("shows at the next opening, on any machine, what was drawn", async () => {
  const at = hub();
  const one = window(at);
  await rest();
  one.draw(drawn("a"), drawn("b"));
  await rest();
  one.book.stop();
  const two = window(at);
  await rest();
  expect(two.marks()).toEqual([drawn("a"), drawn("b")]);
  expect(two.book.findings.map(({ mark, editable }) => [mark.number, editable])).toEqual([
    [1, true],
    [2, true],
  ]);
});

it("takes back and does again, erased ones too, with revisions that go up", async () => {
  const at = hub();
  const one = window(at);
  await rest();
  one.draw(drawn("a"));
  await rest();
  one.draw(drawn("a", 9));
  await rest();
  one.book.remove("a");
  expect(one.ids()).toEqual([]);
  one.book.undo();
  expect(one.marks()).toEqual([drawn("a", 9)]);
  one.book.undo();
  expect(one.marks()).toEqual([drawn("a")]);
  one.book.undo();
  expect(one.ids()).toEqual([]);
  one.book.undo(); // there is nothing more
  one.book.redo();
  one.book.redo();
  expect(one.marks()).toEqual([drawn("a", 9)]);
  await rest();
  expect(at.stored.get("a")).toMatchObject({ deleted: false, revision: 8, points: drawn("a", 9).points });
  one.draw(drawn("b"));
  await rest();
  one.book.redo(); // what was drawn since has ended it
  expect(one.ids()).toEqual(["a", "b"]);
});

it("keeps on this machine what the hub did not get, and sends it when the line is back, or the next page", async () => {
  const at = hub();
  const here = machine();
  const one = window(at, here);
  await rest();
  at.cut(new ApiProblem(0, "unreachable"));
  one.draw(drawn("a"));
  await rest();
  expect(one.book.saveState.kind).toBe("unreachable");
  at.cut(null);
  await rest(10_000);
  expect([one.book.saveState.kind, at.stored.size, here.kept.size]).toEqual(["saved", 1, 0]);

  at.cut(new ApiProblem(0, "unreachable"));
  one.draw(drawn("b"));
  await rest();
  one.book.stop();
  at.cut(null);
  const two = window(at, here);
  await rest(10_000);
  expect([...two.ids()].sort()).toEqual(["a", "b"]);
  expect([at.stored.size, here.kept.size]).toEqual([2, 0]);
});

it("follows another window of the same doctor; what was changed in both is the first one's", async () => {
  const at = hub();
  const [one, two] = [window(at), window(at)];
  await rest();
  one.draw(drawn("a"));
  await rest();
  two.book.reload();
  await rest();
  expect(two.marks()).toEqual([drawn("a")]);
  one.draw(drawn("a", 5));
  two.draw(drawn("a", 7));
  one.book.flush();
  await rest();
  expect(one.marks()).toEqual([drawn("a", 5)]);
  expect(two.marks()).toEqual([drawn("a", 5)]);
  expect(two.book.saveState.kind).toBe("saved");
  one.book.remove("a");
  await rest();
  two.book.reload();
  await rest();
  expect(two.ids()).toEqual([]);
});

it("shows others' marks apart, where nobody can grab them, and hides them when told", async () => {
  const at = hub();
  at.others.push(shown({ ...drawn("a"), number: 4, label: "", deleted: false, revision: 1 }, OTHER));
  const one = window(at);
  await rest();
  one.draw(drawn("a", 9)); // the same id is another mark
  await rest();
  expect(one.marks()).toEqual([drawn("a", 9)]);
  expect(one.book.findings.map(({ author, own, reader }) => [author.displayName, own, reader])).toEqual([
    [ME.displayName, true, 0],
    [OTHER.displayName, false, 1],
  ]);
  expect(one.book.readOnly("1.2", 1, "length").map(({ mark }) => mark.number)).toEqual([4]);
  expect(one.book.readOnly("1.2", 2, "length")).toEqual([]);
  one.book.hideOthers(true);
  expect(one.book.readOnly("1.2", 1, "length")).toEqual([]);
});

it("keeps nothing of who does not write the report, until the task is claimed", async () => {
  const at = hub();
  const one = window(at, machine(), null);
  await rest();
  one.draw(drawn("a"));
  await rest();
  expect([one.book.saveState.kind, at.saves]).toEqual(["unclaimed", 0]);
  one.book.open(TASK);
  await rest();
  expect([one.book.saveState.kind, at.stored.size]).toEqual(["saved", 1]);
  one.book.open(null); // handed in: they stay in sight, and still
  await rest();
  expect(one.ids()).toEqual([]);
  expect(one.book.findings).toMatchObject([{ own: true, editable: false, mark: { id: "a" } }]);
});

it("says why the hub does not take them, and does not ask again and again", async () => {
  const at = hub();
  const one = window(at);
  await rest();
  at.cut(new ApiProblem(409, "task-claim-lost"));
  one.draw(drawn("a"));
  await rest(60_000);
  expect(one.book.saveState).toMatchObject({ kind: "refused", problem: { code: "task-claim-lost" } });
  expect(at.saves).toBe(1);
  expect(one.ids()).toEqual(["a"]);
});

it("lets go of a mark whose image is shown no more", async () => {
  const at = hub();
  const one = window(at);
  await rest();
  one.draw(drawn("a"), drawn("b"));
  await rest();
  at.gone.add("a");
  one.draw(drawn("a", 9));
  await rest();
  expect(one.ids()).toEqual(["b"]);
  at.gone.add("b");
  one.book.reload();
  await rest();
  expect(one.ids()).toEqual([]);
});

it("leaves alone what was drawn on another study's images", async () => {
  const at = hub();
  const one = window(at);
  await rest();
  one.draw({ ...drawn("p"), sopInstanceUid: "9.1" });
  await rest();
  at.gone.add("p"); // not in this study's list
  one.book.reload();
  await rest();
  expect(one.ids()).toEqual(["p"]);
});

it("sends many in parts", async () => {
  const at = hub();
  const one = window(at);
  await rest();
  one.draw(...Array.from({ length: 25 }, (_, index) => drawn(`m${index}`)));
  await rest(5000);
  expect([at.stored.size, at.saves]).toEqual([25, 3]);
  expect(new Set([...at.stored.values()].map(({ number }) => number)).size).toBe(25);
});
