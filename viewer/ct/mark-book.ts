import type { ShownMark } from "../../core/api/payloads/mark-payloads.ts";
import type { MarkName } from "../../core/reading/mark-names.ts";
import { type ReadingMark, sameMark, samePoints } from "../../core/reading/reading-mark.ts";
import type { LocalMarks } from "./local-marks.ts";
import { type MarkSaveState, MarkSender, type MarksSaved } from "./mark-sender.ts";

/** A mark as it stands on the canvas. */
export type DrawnMark = Pick<ReadingMark, "id" | "sopInstanceUid" | "frameNumber" | "kind" | "points">;

/** Where marks are drawn and moved by hand. */
export interface MarkCanvas {
  /** One is being drawn or moved right now. */
  busy(): boolean;
  read(): readonly DrawnMark[];
  /** Makes these the ones that can be moved, and draws anew. */
  write(marks: readonly DrawnMark[]): void;
}

export interface MarkAuthor {
  readonly id: string;
  readonly displayName: string;
}

/** One row of the list of findings. */
export interface Finding {
  readonly mark: ReadingMark;
  readonly author: MarkAuthor;
  readonly own: boolean;
  readonly editable: boolean;
  /** Which of the readers, the caller first. */
  readonly reader: number;
}

export interface MarkBookParts {
  readonly author: MarkAuthor;
  readonly canvas: MarkCanvas;
  readonly local: LocalMarks;
  /** The instances of the study that `load` speaks of. */
  readonly holds: (sopInstanceUid: string) => boolean;
  readonly load: () => Promise<readonly ShownMark[]>;
  readonly save: (taskId: string, marks: readonly ReadingMark[], leaving: boolean) => Promise<MarksSaved>;
}

interface Change {
  readonly before: ReadingMark | undefined;
  readonly after: ReadingMark;
}

const LOOK_MS = 150;
const RELOAD_MS = 200;
const RELOAD_AGAIN_MS = 5000;
const MOST_STEPS = 200;

/**
 * The marks on an open study: the caller's own, taken from the canvas as they are drawn and sent to the hub, and those of
 * others, which are only shown. Own ones of another reading, or of one that the caller may not write (any more), are shown
 * like others'.
 */
export class MarkBook {
  readonly #parts: MarkBookParts;
  readonly #sender: MarkSender;
  readonly #listeners = new Set<() => void>();
  #own = new Map<string, ReadingMark>();
  #shown: readonly ShownMark[] = [];
  #findings: readonly Finding[] = [];
  #taskId: string | null = null;
  /** What was written to the canvas last: one that is not the caller's any more is a leftover there, not drawn anew. */
  #written = new Set<string>();
  /** The canvas was busy when something changed: it is written once the hand lets go. */
  #isStale = false;
  #undo: (readonly Change[])[] = [];
  #redo: (readonly Change[])[] = [];
  #selected: string | undefined;
  #othersHidden = false;
  #loadFailed = false;
  #lookTimer: ReturnType<typeof setTimeout> | undefined;
  #reloadTimer: ReturnType<typeof setTimeout> | undefined;
  #version = 0;
  #stopped = false;

  constructor(parts: MarkBookParts) {
    this.#parts = parts;
    this.#sender = new MarkSender({
      save: parts.save,
      local: parts.local,
      own: () => this.#own.values(),
      onHub: (mark) => this.#hubHas(mark),
      onGone: (id) => void this.#own.delete(id),
      onAnswer: () => this.#arrange(),
      onState: () => this.#tell(),
    });
  }

  get findings(): readonly Finding[] {
    return this.#findings;
  }

  get saveState(): MarkSaveState {
    return this.#sender.state;
  }

  get localRefused(): boolean {
    return this.#sender.localRefused;
  }

  get loadFailed(): boolean {
    return this.#loadFailed;
  }

  get othersHidden(): boolean {
    return this.#othersHidden;
  }

  /** The finding that a key puts into the report: the one chosen, else the last one drawn. */
  get selected(): Finding | undefined {
    return this.#findings.find((finding) => keyOf(finding) === this.#selected);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Grows with every change. */
  version(): number {
    return this.#version;
  }

  numberOf(id: string): number | undefined {
    return this.#own.get(id)?.number;
  }

  /** What is only shown on a frame. */
  readOnly(sopInstanceUid: string, frameNumber: number, kind: MarkName): readonly Finding[] {
    return this.#findings.filter(
      ({ mark, own, editable }) =>
        !editable &&
        !(this.#othersHidden && !own) &&
        mark.kind === kind &&
        mark.sopInstanceUid === sopInstanceUid &&
        mark.frameNumber === frameNumber,
    );
  }

  /** The task in which the caller may write now; null when there is none. What was drawn before goes along. */
  open(taskId: string | null): void {
    this.#collect();
    this.#taskId = taskId;
    this.#own = new Map([...this.#own].filter(([id]) => !this.#sender.isKnown(id)));
    for (const kept of this.#sender.open(taskId)) this.#own.set(kept.id, kept);
    this.#takeIn();
    this.#arrange();
    this.#sender.changed();
    this.reload();
  }

  /** Something was drawn, maybe: looked at when it rests. */
  look(): void {
    if (this.#stopped) return;
    this.#lookTimer ??= setTimeout(() => {
      this.#lookTimer = undefined;
      if (this.#parts.canvas.busy()) this.look();
      else if (this.#collect() || this.#isStale) this.#arrange();
    }, LOOK_MS);
  }

  /** The hub has news, maybe. */
  reload(afterMs = RELOAD_MS): void {
    if (this.#stopped) return;
    clearTimeout(this.#reloadTimer);
    this.#reloadTimer = setTimeout(() => void this.#load(), afterMs);
  }

  select(finding: Finding): void {
    this.#selected = keyOf(finding);
    this.#tell();
  }

  hideOthers(hidden: boolean): void {
    this.#othersHidden = hidden;
    this.#collect();
    this.#arrange();
  }

  remove(id: string): void {
    this.#edit(() => {
      const before = this.#own.get(id);
      if (before && !before.deleted) this.#step([{ before, after: this.#set({ ...before, deleted: true }) }]);
    });
  }

  undo(): void {
    this.#edit(() =>
      this.#takeBack(this.#undo, this.#redo, ({ before, after }) => before ?? { ...after, deleted: true }),
    );
  }

  redo(): void {
    this.#edit(() => this.#takeBack(this.#redo, this.#undo, ({ after }) => after));
  }

  /** Sends what is waiting now. `leaving`: the page may be gone before the answer. */
  flush(leaving = false): void {
    if (this.#collect()) this.#arrange();
    void this.#sender.flush(leaving);
  }

  stop(): void {
    clearTimeout(this.#lookTimer);
    clearTimeout(this.#reloadTimer);
    this.#collect();
    this.#stopped = true;
    this.#sender.stop();
    this.#listeners.clear();
  }

  #edit(change: () => void): void {
    if (this.#parts.canvas.busy()) return; // the hand has the word
    this.#collect();
    change();
    this.#arrange();
    this.#sender.changed();
  }

  #takeBack(from: (readonly Change[])[], to: (readonly Change[])[], wanted: (change: Change) => ReadingMark): void {
    const changes = from.pop();
    if (!changes) return;
    for (const change of changes) this.#set(wanted(change));
    to.push(changes);
  }

  #step(changes: readonly Change[]): void {
    this.#undo = [...this.#undo.slice(1 - MOST_STEPS), changes];
    this.#redo = [];
  }

  #set(mark: ReadingMark): ReadingMark {
    const next = { ...mark, revision: this.#sender.nextRevision(mark.id) };
    this.#own.set(mark.id, next);
    this.#sender.keep(next);
    return next;
  }

  /** Takes over what was drawn, moved and erased on the canvas. True when there was something. */
  #collect(): boolean {
    if (this.#stopped || this.#parts.canvas.busy()) return false;
    const drawn = this.#parts.canvas.read();
    const ids = new Set(drawn.map(({ id }) => id));
    const changes: Change[] = [];
    for (const mark of drawn) {
      const before = this.#own.get(mark.id);
      if (!before || before.deleted) {
        if (this.#written.has(mark.id)) continue;
        const after = this.#set({ ...mark, label: "", number: this.#nextNumber(), deleted: false, revision: 0 });
        changes.push({ before, after });
        this.#selected = `${this.#parts.author.id}/${mark.id}`;
      } else if (!samePoints(before.points, mark.points)) {
        changes.push({ before, after: this.#set({ ...before, points: mark.points }) });
      }
    }
    for (const before of this.#own.values())
      if (!before.deleted && !ids.has(before.id))
        changes.push({ before, after: this.#set({ ...before, deleted: true }) });
    if (changes.length === 0) return false;
    this.#step(changes);
    this.#sender.changed();
    return true;
  }

  #nextNumber(): number {
    const numbers = [...this.#own.values()].filter(({ deleted }) => !deleted).map(({ number }) => number);
    return Math.min(9999, Math.max(0, ...numbers) + 1);
  }

  async #load(): Promise<void> {
    const answers = this.#sender.answers;
    try {
      const shown = await this.#parts.load();
      if (this.#stopped) return;
      // a save was answered meanwhile, or a hand is at work: the list may be older than what is here
      if (answers !== this.#sender.answers || this.#sender.underWay || this.#parts.canvas.busy()) {
        this.reload();
        return;
      }
      this.#collect();
      this.#loadFailed = false;
      this.#shown = shown;
      this.#takeIn();
      this.#arrange();
      this.#sender.changed();
    } catch {
      if (this.#stopped) return;
      this.#loadFailed = true;
      this.#tell();
      this.reload(RELOAD_AGAIN_MS);
    }
  }

  /** Brings the own marks in line with what the hub showed last. */
  #takeIn(): void {
    const mine = this.#shown.filter((mark) => this.#isWritable(mark));
    const ids = new Set(mine.map(({ id }) => id));
    for (const mark of mine) this.#hubHas(readingMark(mark));
    for (const { id, sopInstanceUid } of [...this.#own.values()])
      if (!ids.has(id) && this.#sender.isSettled(id) && this.#parts.holds(sopInstanceUid)) this.#own.delete(id);
  }

  /** The hub has the mark so: it stands, unless it was changed here since. */
  #hubHas(mark: ReadingMark): void {
    const own = this.#own.get(mark.id);
    if (!own || own.revision < mark.revision || (own.revision === mark.revision && !sameMark(own, mark)))
      this.#own.set(mark.id, mark);
    this.#sender.settle(mark.id, mark.revision);
  }

  #isWritable({ taskId, author }: ShownMark): boolean {
    return taskId === this.#taskId && author.id === this.#parts.author.id;
  }

  /** Everything that was changed goes to the canvas and to who listens. */
  #arrange(): void {
    const { author } = this.#parts;
    const living = [...this.#own.values()].filter(({ deleted }) => !deleted);
    const readers = [author.id];
    const readerOf = (id: string): number => {
      if (!readers.includes(id)) readers.push(id);
      return readers.indexOf(id);
    };
    this.#findings = [
      ...living.map((mark) => ({ mark, author, own: true, editable: true, reader: 0 })),
      ...this.#shown
        .filter((mark) => !this.#isWritable(mark))
        .map((mark) => ({
          mark: readingMark(mark),
          author: mark.author,
          own: mark.author.id === author.id,
          editable: false,
          reader: readerOf(mark.author.id),
        })),
    ].sort((a, b) => a.reader - b.reader || a.mark.number - b.mark.number);
    this.#isStale = this.#parts.canvas.busy();
    if (this.#isStale) this.look();
    else {
      this.#written = new Set(living.map(({ id }) => id));
      this.#parts.canvas.write(living);
    }
    this.#tell();
  }

  #tell(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

/** Of one reader's finding among all. */
export function keyOf({ author, mark }: Pick<Finding, "author" | "mark">): string {
  return `${author.id}/${mark.id}`;
}

function readingMark({ author: _, taskId: __, ...mark }: ShownMark): ReadingMark {
  return mark;
}
