import type { ReadingMark } from "../../core/reading/reading-mark.ts";
import { ApiProblem } from "../api/call-api.ts";
import type { LocalMarks } from "./local-marks.ts";

export type MarkSaveState =
  | { readonly kind: "saved" }
  | { readonly kind: "drawn" }
  | { readonly kind: "saving" }
  /** No answer from the hub: kept here, tried again by itself. */
  | { readonly kind: "unreachable" }
  | { readonly kind: "signed-out" }
  /** Drawn by someone who is not reading the task: gone with the page. */
  | { readonly kind: "unclaimed" }
  | { readonly kind: "refused"; readonly problem: unknown };

export interface MarksSaved {
  readonly saved: readonly string[];
  readonly outdated: readonly ReadingMark[];
  readonly gone: readonly string[];
}

export interface MarkSenderParts {
  readonly local: LocalMarks;
  readonly save: (taskId: string, marks: readonly ReadingMark[], leaving: boolean) => Promise<MarksSaved>;
  readonly own: () => Iterable<ReadingMark>;
  readonly onHub: (mark: ReadingMark) => void;
  readonly onGone: (id: string) => void;
  readonly onAnswer: () => void;
  readonly onState: () => void;
}

const REST_MS = 600;
const RETRY_MS = [1000, 2000, 5000, 10_000];
/** So many a request: what a page that is leaving may send stays well below 64 KiB. */
const BATCH = 10;

/** Brings own marks to the hub as they are drawn: kept on this machine at once, sent when the hand rests. */
export class MarkSender {
  readonly #parts: MarkSenderParts;
  /** The revision that the hub is known to have. */
  readonly #settled = new Map<string, number>();
  /** The highest revision that was ever given to a mark. */
  readonly #given = new Map<string, number>();
  #taskId: string | null = null;
  #state: MarkSaveState = { kind: "saved" };
  #localRefused = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #underWay: Promise<void> | null = null;
  #failures = 0;
  #answers = 0;
  #held = false;
  #stopped = false;

  constructor(parts: MarkSenderParts) {
    this.#parts = parts;
  }

  get state(): MarkSaveState {
    return this.#state;
  }

  get localRefused(): boolean {
    return this.#localRefused;
  }

  get underWay(): boolean {
    return this.#underWay !== null;
  }

  /** How many saves were answered so far. */
  get answers(): number {
    return this.#answers;
  }

  isKnown(id: string): boolean {
    return this.#settled.has(id);
  }

  isSettled(id: string): boolean {
    const settled = this.#settled.get(id);
    return settled !== undefined && settled >= (this.#given.get(id) ?? 0);
  }

  nextRevision(id: string): number {
    const next = Math.max(this.#given.get(id) ?? 0, this.#settled.get(id) ?? 0) + 1;
    this.#given.set(id, next);
    return next;
  }

  settle(id: string, revision: number): void {
    this.#settled.set(id, Math.max(this.#settled.get(id) ?? 0, revision));
    if (this.#taskId !== null && this.isSettled(id)) this.#parts.local.forget(this.#taskId, id);
  }

  /** Goes on in another task, or in none; gives what an earlier page could not send. */
  open(taskId: string | null): readonly ReadingMark[] {
    this.#taskId = taskId;
    this.#held = false;
    this.#failures = 0;
    if (taskId === null) return [];
    for (const mark of this.#parts.own()) this.keep(mark);
    const kept = this.#parts.local.read(taskId);
    for (const { id, revision } of kept) this.#given.set(id, Math.max(this.#given.get(id) ?? 0, revision));
    return kept;
  }

  keep(mark: ReadingMark): void {
    if (this.#taskId !== null) this.#localRefused = !this.#parts.local.write(this.#taskId, mark);
  }

  /** There may be something to send. */
  changed(): void {
    if (this.#stopped || this.#underWay !== null) return;
    const waiting = this.#waiting().length;
    if (this.#taskId === null) this.#say(waiting > 0 ? { kind: "unclaimed" } : { kind: "saved" });
    else if (this.#held) return;
    else if (waiting === 0) this.#say({ kind: "saved" });
    else {
      if (this.#state.kind !== "unreachable") this.#say({ kind: "drawn" });
      this.#wait(REST_MS);
    }
  }

  async flush(leaving = false): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#taskId === null || this.#held) return;
    if (this.#underWay !== null) return this.#underWay;
    const batch = this.#waiting().slice(0, BATCH);
    if (batch.length === 0) return;
    this.#underWay = this.#send(this.#taskId, batch, leaving).finally(() => {
      this.#underWay = null;
      if (this.#state.kind === "saving") this.changed();
    });
    return this.#underWay;
  }

  stop(): void {
    clearTimeout(this.#timer);
    void this.flush(true);
    this.#stopped = true;
  }

  async #send(taskId: string, batch: readonly ReadingMark[], leaving: boolean): Promise<void> {
    this.#say({ kind: "saving" });
    try {
      const answer = await this.#parts.save(taskId, batch, leaving);
      this.#answers += 1;
      this.#failures = 0;
      for (const { id, revision } of batch) if (answer.saved.includes(id)) this.settle(id, revision);
      for (const mark of answer.outdated) {
        this.#given.set(mark.id, Math.max(this.#given.get(mark.id) ?? 0, mark.revision));
        this.#parts.onHub(mark);
      }
      for (const id of answer.gone) {
        this.#parts.local.forget(taskId, id);
        this.#parts.onGone(id);
      }
      if (answer.outdated.length + answer.gone.length > 0 && !this.#stopped) this.#parts.onAnswer();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const problem = error instanceof ApiProblem ? error : null;
    if (problem?.code === "not-signed-in") this.#say({ kind: "signed-out" });
    else if (problem && (problem.status === 0 || problem.status === 429 || problem.status >= 500)) {
      this.#say({ kind: "unreachable" });
      this.#wait(RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)] ?? REST_MS);
    } else {
      this.#held = true;
      this.#say({ kind: "refused", problem: error });
    }
  }

  #waiting(): readonly ReadingMark[] {
    return [...this.#parts.own()].filter(({ id, revision }) => revision > (this.#settled.get(id) ?? 0));
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(() => void this.flush(), ms);
  }

  #say(state: MarkSaveState): void {
    if (this.#stopped || (state.kind === this.#state.kind && state.kind !== "refused")) return;
    this.#state = state;
    this.#parts.onState();
  }
}
