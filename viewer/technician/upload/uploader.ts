import { ApiProblem } from "../../api/call-api.ts";
import type { FileReaders } from "./file-readers.ts";
import { itemsFromMemory } from "./items-from-memory.ts";
import { junkReason } from "./junk-file.ts";
import { nextBatch } from "./next-batch.ts";
import type { BatchSend } from "./send-batch.ts";
import { outcomesOf } from "./stow-answer.ts";
import { addSample, bytesPerSecond, type RateSample, restSeconds } from "./transfer-rate.ts";
import { type TransferTotals, transferTotals } from "./transfer-totals.ts";
import { type ItemSource, OPEN_STATES, type UploadItem, type UploadReason } from "./upload-item.ts";
import { type RememberedLine, rememberedLines } from "./upload-memory.ts";
import { ZipProblem } from "./zip-directory.ts";

export interface PickedFile {
  readonly path: string;
  readonly file: File;
}

/** idle: nothing to do · waiting: the line is down, `retryAt` says when it is tried again */
export type UploadPhase = "idle" | "running" | "paused" | "waiting" | "signed-out";

export interface UploadSnapshot {
  readonly items: readonly UploadItem[];
  readonly totals: TransferTotals;
  readonly phase: UploadPhase;
  readonly retryAt: number | null;
  /** Why it waits, as the hub or the line said it. */
  readonly problem: ApiProblem | null;
  readonly bytesPerSecond: number | null;
  readonly restSeconds: number | null;
}

export interface StoredQuestion {
  readonly sopInstanceUid: string;
  readonly dataSetSha256: string;
}

export interface UploaderParts {
  readonly readers: FileReaders;
  readonly send: (parts: readonly Blob[], onProgress: (bytesSent: number) => void) => BatchSend;
  /** Which of these very bytes the hub has. */
  readonly findStored: (instances: readonly StoredQuestion[]) => Promise<readonly string[]>;
  readonly remember: (lines: readonly RememberedLine[]) => void;
  readonly onSignedOut: () => void;
  readonly onChange: (snapshot: UploadSnapshot) => void;
  readonly now: () => number;
}

const BATCHES_IN_FLIGHT = 2;
const INSPECTIONS_IN_FLIGHT = 3;
const QUESTIONS_AT_ONCE = 500;
const RETRY_MS = [1000, 2000, 4000, 8000, 15_000, 30_000];
/** A file whose batch met an unexplained fault so often is tried alone, then given up. */
const FAULTS_BEFORE_ALONE = 2;
const FAULTS_BEFORE_REFUSED = 4;
/** Not about the file: the store could not just now. */
const STORE_FAULTS: ReadonlySet<string> = new Set(["storage-full", "storage-failed"]);
const SHOW_MS = 150;
const REMEMBER_MS = 2000;

/**
 * One upload from the first file added to the last confirmed. Lives outside the pages, so that one can leave them. Each
 * file: looked into, asked for at the hub (what is there is not sent), sent in a small batch, confirmed by the answer.
 * When an answer is lost the hub is asked again before anything is sent twice.
 */
export class Uploader {
  readonly #parts: UploaderParts;
  readonly #items = new Map<number, UploadItem>();
  readonly #earlier = new Map<number, UploadItem>();
  readonly #faults = new Map<number, number>();
  readonly #alone = new Set<number>();
  /** Sent once, the answer lost: when the hub has it, it was us. */
  readonly #maybeSent = new Set<number>();
  readonly #sending = new Set<BatchSend>();
  #toInspect: number[] = [];
  #toAsk: number[] = [];
  #toSend: number[] = [];
  #inspecting = 0;
  #asking = false;
  #batches = 0;
  /** Grows with each pause and cancel: what was begun before is not taken for a broken line. */
  #turn = 0;
  #paused = false;
  #signedOut = false;
  #attempt = 0;
  #problem: ApiProblem | null = null;
  #retryAt: number | null = null;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #showTimer: ReturnType<typeof setTimeout> | undefined;
  #rememberTimer: ReturnType<typeof setTimeout> | undefined;
  #samples: readonly RateSample[] = [];
  #nextId = 1;
  #snapshot: UploadSnapshot;
  readonly #watchers = new Set<() => void>();

  constructor(parts: UploaderParts) {
    this.#parts = parts;
    this.#snapshot = this.#look();
  }

  readonly snapshot = (): UploadSnapshot => this.#snapshot;

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Takes up what a reload interrupted. */
  restore(lines: readonly RememberedLine[]): void {
    if (this.#items.size > 0) return;
    for (const item of itemsFromMemory(lines, () => this.#nextId++)) this.#items.set(item.id, item);
    this.#show();
  }

  add(files: readonly PickedFile[]): void {
    // What is over and done with does not mix with a new upload, but for what is to be added again after a reload.
    const unfinished = [...this.#items.values()].some((item) => item.state === "lost" || OPEN_STATES.has(item.state));
    if (!unfinished) this.clear();
    this.#addAll(files.map(({ path, file }) => ({ path, size: file.size, source: { kind: "file", file } as const })));
  }

  pause(): void {
    this.#paused = true;
    this.#stopSending();
    this.#show();
  }

  resume(): void {
    this.#paused = false;
    this.#retryNow();
  }

  /** Does not wait for the next attempt any longer: asked by the person, or the browser is on line again. */
  retryNow(): void {
    if (this.#retryAt !== null) this.#retryNow();
  }

  signedIn(): void {
    this.#signedOut = false;
    this.#retryNow();
  }

  cancel(): void {
    this.#toInspect = [];
    this.#toAsk = [];
    this.#toSend = [];
    this.#stopSending();
    for (const item of this.#items.values())
      if (OPEN_STATES.has(item.state) || item.state === "lost")
        this.#set(item.id, { state: "cancelled", sentBytes: 0, reason: null });
    this.#paused = false;
    this.#calm();
    this.#show();
  }

  /** Everything the hub refused or the person cancelled, once more. */
  again(): void {
    for (const item of this.#items.values()) {
      if (item.source === null || (item.state !== "refused" && item.state !== "cancelled")) continue;
      this.#faults.delete(item.id);
      this.#alone.delete(item.id);
      this.#set(item.id, { state: "waiting", sentBytes: 0, reason: null });
      this.#toInspect.push(item.id);
    }
    this.#pump();
  }

  /** Forgets the manifest, when nothing is under way. */
  clear(): void {
    if (transferTotals(this.#items.values()).open > 0) return;
    this.#items.clear();
    this.#earlier.clear();
    this.#maybeSent.clear();
    this.#faults.clear();
    this.#alone.clear();
    this.#samples = [];
    this.#show();
  }

  #addAll(added: readonly Pick<UploadItem, "path" | "size" | "source">[]): void {
    const replaceable = new Map<string, UploadItem>();
    for (const item of this.#items.values())
      if (item.source === null) replaceable.set(`${item.size} ${item.path}`, item);
    for (const one of added) {
      const earlier = replaceable.get(`${one.size} ${one.path}`);
      if (earlier !== undefined) this.#items.delete(earlier.id);
      const id = this.#nextId++;
      const junk = junkReason(one.path);
      this.#items.set(id, {
        ...one,
        id,
        state: junk === null ? "waiting" : "skipped",
        header: null,
        dataSetSha256: null,
        sentBytes: 0,
        reason: junk === null ? null : { code: junk },
      });
      if (earlier !== undefined) this.#earlier.set(id, earlier);
      if (junk === null) this.#toInspect.push(id);
    }
    this.#pump();
  }

  #set(id: number, change: Partial<UploadItem>): void {
    const item = this.#items.get(id);
    if (item !== undefined) this.#items.set(id, { ...item, ...change });
  }

  #refuse(id: number, reason: UploadReason): void {
    this.#set(id, { state: "refused", sentBytes: 0, reason });
  }

  #pump(): void {
    this.#show();
    while (this.#inspecting < INSPECTIONS_IN_FLIGHT && this.#toInspect.length > 0) {
      const item = this.#items.get(this.#toInspect.shift() ?? -1);
      if (item?.source) void this.#inspect(item.id, item.path, item.source);
    }
    if (this.#paused || this.#signedOut || this.#retryAt !== null) return;
    const enoughToAsk = this.#toAsk.length >= QUESTIONS_AT_ONCE || this.#inspecting === 0;
    // While the line is idle there is no sense in gathering questions.
    if (this.#toAsk.length > 0 && !this.#asking && (enoughToAsk || this.#toSend.length === 0)) void this.#ask();
    while (this.#batches < BATCHES_IN_FLIGHT && this.#toSend.length > 0) void this.#sendNext();
  }

  async #inspect(id: number, path: string, source: ItemSource): Promise<void> {
    this.#inspecting++;
    try {
      if (source.kind === "file" && /\.zip$/i.test(path)) {
        const entries = await this.#parts.readers.list(source.file);
        if (this.#items.get(id)?.state !== "waiting") return;
        this.#items.delete(id);
        this.#addAll(
          entries.map((entry) => ({
            path: `${path}/${entry.path}`,
            size: entry.size,
            source: { kind: "zip", zip: source.file, entry } as const,
          })),
        );
        return;
      }
      const found = await this.#parts.readers.inspect(source);
      if (this.#items.get(id)?.state !== "waiting") return;
      if (found.kind !== "instance") this.#set(id, { state: found.kind, reason: { code: found.reason } });
      else {
        this.#set(id, { header: found.header, dataSetSha256: found.dataSetSha256 });
        this.#queue(id);
      }
    } catch (error) {
      if (this.#items.get(id)?.state === "waiting")
        this.#refuse(id, { code: error instanceof ZipProblem ? error.reason : "unreadable-file" });
    } finally {
      this.#inspecting--;
      this.#pump();
    }
  }

  /** To be asked for at the hub when it can be recognised there, else to be sent. */
  #queue(id: number): void {
    const item = this.#items.get(id);
    const known = item?.header != null && item.dataSetSha256 !== null;
    this.#set(id, { state: known ? "inspected" : "ready", sentBytes: 0 });
    (known ? this.#toAsk : this.#toSend).push(id);
  }

  async #ask(): Promise<void> {
    // The answer names instances by UID alone: two files of the same UID are asked for one after the other.
    const asked = new Map<string, number>();
    const later: number[] = [];
    const questions: StoredQuestion[] = [];
    for (const id of this.#toAsk) {
      const item = this.#items.get(id);
      if (!item?.header || item.dataSetSha256 === null) continue;
      const { sopInstanceUid } = item.header;
      if (asked.has(sopInstanceUid) || asked.size >= QUESTIONS_AT_ONCE) later.push(id);
      else {
        asked.set(sopInstanceUid, id);
        questions.push({ sopInstanceUid, dataSetSha256: item.dataSetSha256 });
      }
    }
    this.#toAsk = later;
    this.#asking = true;
    const turn = this.#turn;
    try {
      const stored = new Set(await this.#parts.findStored(questions));
      this.#calm();
      for (const [uid, id] of asked) {
        const item = this.#items.get(id);
        if (item?.state !== "inspected") continue;
        if (stored.has(uid)) {
          const ours = this.#maybeSent.has(id) || this.#wasStored(item);
          this.#set(id, { state: ours ? "stored" : "already", sentBytes: item.size });
        } else {
          this.#set(id, { state: "ready" });
          this.#toSend.push(id);
        }
      }
    } catch (error) {
      const open = [...asked.values()].filter((id) => this.#items.get(id)?.state === "inspected");
      this.#toAsk.unshift(...open);
      this.#fail(error, open, turn);
    } finally {
      this.#asking = false;
      this.#pump();
    }
  }

  /** The line of before the reload said "stored", and these are the bytes it spoke of. */
  #wasStored(item: UploadItem): boolean {
    const earlier = this.#earlier.get(item.id);
    return earlier?.state === "stored" && earlier.dataSetSha256 === item.dataSetSha256;
  }

  async #sendNext(): Promise<void> {
    const ready = this.#toSend.flatMap((id) => this.#items.get(id) ?? []);
    const batch = nextBatch(ready, this.#alone);
    this.#toSend = this.#toSend.slice(batch.length);
    this.#batches++;
    for (const item of batch) this.#set(item.id, { state: "sending", sentBytes: 0 });
    const turn = this.#turn;
    const sent: UploadItem[] = [];
    const parts: Blob[] = [];
    try {
      for (const item of batch) {
        const blob = await this.#bytesOf(item);
        if (blob === null) continue;
        sent.push(item);
        parts.push(blob);
      }
      if (sent.length === 0 || turn !== this.#turn) return;
      for (const item of sent) this.#maybeSent.add(item.id);
      const send = this.#parts.send(parts, (bytes) => this.#progress(sent, bytes, turn));
      this.#sending.add(send);
      const answer = await send.answer.finally(() => this.#sending.delete(send));
      const uids = sent.map((item) => item.header?.sopInstanceUid ?? null);
      const outcomes = outcomesOf(answer, uids);
      const storeFault = outcomes.some((one) => one.outcome === "refused" && STORE_FAULTS.has(one.reason.code));
      if (!storeFault) this.#calm();
      sent.forEach(({ id, size }, index) => {
        if (this.#items.get(id)?.state !== "sending") return;
        const outcome = outcomes[index] ?? { outcome: "unknown" };
        if (outcome.outcome === "stored") this.#set(id, { state: "stored", sentBytes: size, reason: null });
        else if (outcome.outcome === "unknown") this.#fault(id);
        else if (STORE_FAULTS.has(outcome.reason.code))
          this.#fail(new ApiProblem(503, outcome.reason.code), [id], turn); // comes back by itself
        else this.#refuse(id, outcome.reason);
      });
    } catch (error) {
      this.#sendFailed(error, sent, turn);
    } finally {
      this.#batches--;
      for (const { id } of batch) if (this.#items.get(id)?.state === "sending") this.#queue(id);
      this.#pump();
    }
  }

  async #bytesOf(item: UploadItem): Promise<Blob | null> {
    if (item.source?.kind === "file") return item.source.file;
    if (item.source === null) return null;
    try {
      return await this.#parts.readers.unpack(item.source.zip, item.source.entry);
    } catch (error) {
      this.#refuse(item.id, { code: error instanceof ZipProblem ? error.reason : "unreadable-file" });
      return null;
    }
  }

  #progress(batch: readonly UploadItem[], bytesSent: number, turn: number): void {
    if (turn !== this.#turn) return;
    let rest = bytesSent;
    for (const item of batch) {
      const part = Math.min(item.size, Math.max(0, Math.round(rest)));
      this.#set(item.id, { sentBytes: part });
      rest -= part;
    }
    this.#show();
  }

  #sendFailed(error: unknown, batch: readonly UploadItem[], turn: number): void {
    if (turn !== this.#turn) return;
    const problem = error instanceof ApiProblem ? error : new ApiProblem(0, "unexpected");
    const aboutTheBytes = problem.status >= 400 && problem.status < 500 && ![401, 408, 429].includes(problem.status);
    if (!aboutTheBytes)
      this.#fail(
        problem,
        batch.map((item) => item.id),
        turn,
      );
    else if (batch.length > 1) for (const item of batch) this.#alone.add(item.id);
    else for (const { id } of batch) this.#refuse(id, { code: problem.code, detail: problem.detail });
  }

  /** Something went wrong that nobody explained: tried again, alone at last, and not for ever. */
  #fault(id: number): void {
    const faults = (this.#faults.get(id) ?? 0) + 1;
    this.#faults.set(id, faults);
    if (faults >= FAULTS_BEFORE_ALONE) this.#alone.add(id);
    if (faults >= FAULTS_BEFORE_REFUSED) this.#refuse(id, { code: "unexpected" });
  }

  #fail(error: unknown, ids: readonly number[], turn: number): void {
    if (turn !== this.#turn) return;
    const problem = error instanceof ApiProblem ? error : new ApiProblem(0, "unexpected");
    if (problem.code === "not-signed-in") {
      this.#signedOut = true;
      this.#parts.onSignedOut();
      return;
    }
    // Of other codes a gateway between us and the hub may be the author, while the hub starts again.
    const unexplained = problem.code === "unexpected" && (problem.status === 500 || problem.status === 0);
    if (unexplained) for (const id of ids) this.#fault(id);
    this.#problem = problem;
    if (this.#retryAt !== null) return;
    const wait = RETRY_MS[Math.min(this.#attempt++, RETRY_MS.length - 1)] ?? 0;
    this.#retryAt = this.#parts.now() + wait;
    this.#retryTimer = setTimeout(() => this.#retryNow(), wait);
    this.#samples = [];
  }

  #retryNow(): void {
    clearTimeout(this.#retryTimer);
    this.#retryAt = null;
    this.#pump();
  }

  /** The hub answered. */
  #calm(): void {
    clearTimeout(this.#retryTimer);
    this.#retryAt = null;
    this.#problem = null;
    this.#attempt = 0;
  }

  #stopSending(): void {
    this.#turn++;
    this.#samples = [];
    for (const send of this.#sending) send.abort();
  }

  #phase(totals: TransferTotals): UploadPhase {
    if (totals.open === 0) return "idle";
    if (this.#signedOut) return "signed-out";
    if (this.#paused) return "paused";
    return this.#retryAt === null ? "running" : "waiting";
  }

  #look(): UploadSnapshot {
    const items = [...this.#items.values()];
    const totals = transferTotals(items);
    const phase = this.#phase(totals);
    if (phase === "running") {
      // Bytes of a batch that has to be sent again are taken back: start to measure anew.
      if (totals.sentBytes < (this.#samples.at(-1)?.bytes ?? 0)) this.#samples = [];
      this.#samples = addSample(this.#samples, { atMs: this.#parts.now(), bytes: totals.sentBytes });
    }
    const rate = phase === "running" ? bytesPerSecond(this.#samples) : null;
    return {
      items,
      totals,
      phase,
      retryAt: this.#retryAt,
      problem: this.#problem,
      bytesPerSecond: rate,
      restSeconds: restSeconds(totals.bytesToGo, rate),
    };
  }

  /** Shows the state, not for each of thousands of changes. */
  #show(): void {
    this.#showTimer ??= setTimeout(() => {
      this.#showTimer = undefined;
      this.#snapshot = this.#look();
      this.#parts.onChange(this.#snapshot);
      for (const watcher of this.#watchers) watcher();
    }, SHOW_MS);
    this.#rememberTimer ??= setTimeout(() => {
      this.#rememberTimer = undefined;
      this.#parts.remember(rememberedLines(this.#items.values()));
    }, REMEMBER_MS);
  }
}
