import { readdir, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import express from "express";
import type { Actor } from "../../core/access/actor.ts";
import type { Role } from "../../core/access/policy.ts";
import { type DicomRow, writePart10 } from "../../core/demo/part10-writer.ts";
import { openFileBlobStore } from "../../core/infra/blob/file-blob-store.ts";
import { openCodecPool } from "../../core/infra/codec/codec-pool.ts";
import { seedDemoDistrict } from "../../core/infra/demo/seed-demo.ts";
import { postgresArchiveIndex } from "../../core/infra/postgres/archive-index.ts";
import { type Database, openDatabase } from "../../core/infra/postgres/database.ts";
import { migrate } from "../../core/infra/postgres/migrate.ts";
import type { BlobStore } from "../../core/ports.ts";
import { instanceReceiver } from "../../core/study/receive-instance.ts";
import { type DicomwebParts, dicomwebRouter } from "../../server/dicomweb/dicomweb-router.ts";
import { problemTranslator } from "../../server/http/problem.ts";
import { setActor } from "../../server/http/request-actor.ts";
import { createTestDataFolder } from "../support/test-data-folder.ts";
import { createTestDatabase } from "../support/test-postgres.ts";

export interface DicomwebHub {
  readonly base: string;
  readonly db: Database;
  readonly blobs: BlobStore;
  /** Everything the archive has kept, and everything it is still writing. */
  keptFiles(): Promise<{ readonly blobs: number; readonly unfinished: number }>;
  /** Bytes of what is still being written. */
  incomingBytes(): Promise<number>;
  /** As an account of the demo district ("tech" when none is named); sign-in has tests of its own. */
  fetch(path: string, init?: RequestInit & { readonly as?: string }): Promise<Response>;
  /** As after a restart: nothing is kept in memory. */
  forget(): void;
  /** Lets the hub's clock jump ahead. */
  passTime(ms: number): void;
  close(): Promise<void>;
}

/** /dicom-web on a real Postgres and a real blob store, with the demo district's people. */
export async function startDicomwebHub(settings: Pick<DicomwebParts, "stow"> = {}): Promise<DicomwebHub> {
  const database = openDatabase(await createTestDatabase());
  const { db } = database;
  await migrate(db);
  await seedDemoDistrict(db, "for these tests only");
  const actors = await demoActors(db);
  const folder = await createTestDataFolder();
  const blobs = await openFileBlobStore(folder);
  const receiver = instanceReceiver(blobs, postgresArchiveIndex(database.pool));
  const codecs = openCodecPool({ threads: 1 });
  let ahead = 0;
  const app = express();
  app.use((request, _response, next) => {
    const actor = actors.get(request.get("x-account") ?? "tech");
    if (actor) setActor(request, actor);
    next();
  });
  const openRouter = () =>
    dicomwebRouter({ db, blobs, receiver, codecs, clock: () => Date.now() + ahead, ...settings });
  let router = openRouter();
  app.use("/dicom-web", (request, response, next) => router(request, response, next));
  const unexpected: unknown[] = [];
  app.use(
    problemTranslator({ onRefused: async () => undefined, onUnexpected: (_request, error) => unexpected.push(error) }),
  );
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dicom-web`;
  return {
    base,
    db,
    blobs,
    keptFiles: async () => ({
      blobs: (await filesUnder(join(folder, "blobs"))).length,
      unfinished: (await filesUnder(join(folder, "incoming"))).length,
    }),
    incomingBytes: async () => {
      const sizes = (await filesUnder(join(folder, "incoming"))).map(async (file) => (await stat(file)).size);
      return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    },
    fetch: (path, { as, ...init } = {}) => {
      const headers = new Headers(init.headers);
      if (as !== undefined) headers.set("x-account", as);
      return fetch(`${base}${path}`, { ...init, headers });
    },
    forget: () => {
      router = openRouter();
    },
    passTime: (ms) => {
      ahead += ms;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await codecs.close();
      await database.close();
      if (unexpected.length > 0) throw new AggregateError(unexpected, "unexpected errors while serving");
    },
  };
}

async function filesUnder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function demoActors(db: Database): Promise<ReadonlyMap<string, Actor>> {
  const accounts = await db.selectFrom("account").select(["id", "username", "display_name"]).execute();
  const roles = await db.selectFrom("account_role").selectAll().execute();
  return new Map(
    accounts.map(({ id, username, display_name }) => {
      const own = roles.filter((role) => role.account_id === id);
      const grants = own.map((role) => ({ siteId: role.site_id, role: role.role as Role }));
      return [username, { accountId: id, username, displayName: display_name, grants }];
    }),
  );
}

const CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2";
export const ROWS = 16;
export const COLUMNS = 24;

export interface TestSlice {
  readonly study: string;
  readonly series: string;
  readonly instance: string;
  readonly number?: number;
  readonly name?: string;
  readonly patientId?: string;
  readonly studyDate?: string;
  readonly description?: string;
  readonly frames?: number;
  readonly extra?: readonly DicomRow[];
}

/** A small CT slice of an invented person; its pixels are a ramp that begins with the instance's number. */
export function testSlice(slice: TestSlice): Buffer {
  const { number = 1, frames = 1 } = slice;
  const pixels = new Uint16Array(ROWS * COLUMNS * frames).map((_, i) => (i + number) & 0xfff);
  return writePart10({
    sopClassUid: CT_IMAGE_STORAGE,
    sopInstanceUid: slice.instance,
    charset: "GB18030",
    rows: [
      [0x00080005, "CS", "GB18030"],
      [0x00080016, "UI", CT_IMAGE_STORAGE],
      [0x00080018, "UI", slice.instance],
      [0x00080020, "DA", slice.studyDate ?? "20260315"],
      [0x00080030, "TM", "101500"],
      [0x00080050, "SH", `A${slice.study.slice(-4)}`],
      [0x00080060, "CS", "CT"],
      [0x00081030, "LO", slice.description ?? "胸部平扫"],
      [0x00100010, "PN", slice.name ?? "Wang^Xiaodong=王^小东"],
      [0x00100020, "LO", slice.patientId ?? "P-1"],
      [0x00100030, "DA", "19560401"],
      [0x00100040, "CS", "M"],
      [0x0020000d, "UI", slice.study],
      [0x0020000e, "UI", slice.series],
      [0x00200011, "IS", 2],
      [0x00200013, "IS", number],
      [0x00280002, "US", 1],
      [0x00280004, "CS", "MONOCHROME2"],
      [0x00280008, "IS", frames],
      [0x00280010, "US", ROWS],
      [0x00280011, "US", COLUMNS],
      [0x00280100, "US", 16],
      [0x00280101, "US", 12],
      [0x00280102, "US", 11],
      [0x00280103, "US", 0],
      ...(slice.extra ?? []),
      [0x7fe00010, "OW", new Uint8Array(pixels.buffer)],
    ],
  });
}

/** The bytes of frame `frameNumber` of such a slice: its pixel data is the last thing in it. */
export function framePixels(bytes: Buffer, frameNumber: number, frames = 1): Buffer {
  const frame = ROWS * COLUMNS * 2;
  const start = bytes.length - frame * (frames - frameNumber + 1);
  return bytes.subarray(start, start + frame);
}

/** The value of the pixel data of such a slice. */
export function pixelsOf(bytes: Buffer, frames = 1): Buffer {
  return bytes.subarray(bytes.length - ROWS * COLUMNS * 2 * frames);
}

export interface StoreAnswer {
  readonly status: number;
  readonly stored: readonly string[];
  /** Part index → the hub's code. */
  readonly failed: Readonly<Record<number, string>>;
  readonly json: Record<string, { vr: string; Value?: Record<string, { Value?: unknown[] }>[] }>;
}

export interface StorePart {
  readonly type: string;
  readonly bytes: Buffer;
  readonly location?: string;
}

export function storeBody(parts: readonly (Buffer | StorePart)[]): Buffer {
  return Buffer.concat([
    ...parts.flatMap((part) => {
      const { type, bytes, location }: StorePart = Buffer.isBuffer(part)
        ? { type: "application/dicom", bytes: part }
        : part;
      const where = location === undefined ? "" : `Content-Location: ${location}\r\n`;
      return [Buffer.from(`\r\n--edge\r\nContent-Type: ${type}\r\n${where}\r\n`), bytes];
    }),
    Buffer.from("\r\n--edge--\r\n"),
  ]);
}

export async function store(
  hub: DicomwebHub,
  parts: readonly (Buffer | StorePart)[],
  {
    as,
    path = "/studies",
    root = "application/dicom",
  }: { readonly as?: string; readonly path?: string; readonly root?: string } = {},
): Promise<StoreAnswer> {
  const response = await hub.fetch(path, {
    method: "POST",
    ...(as === undefined ? {} : { as }),
    headers: {
      "content-type": `multipart/related; type="${root}"; boundary=edge`,
      accept: "application/dicom+json",
    },
    body: new Uint8Array(storeBody(parts)),
  });
  const json = (await response.json()) as StoreAnswer["json"];
  const failed = (json["00081198"]?.Value ?? []).map((item) => [
    Number(item["00091002"]?.Value?.[0]),
    String(item["00091001"]?.Value?.[0]),
  ]);
  const stored = (json["00081199"]?.Value ?? []).map((item) => String(item["00081155"]?.Value?.[0]));
  return { status: response.status, json, failed: Object.fromEntries(failed), stored };
}

export interface AnswerPart {
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** The parts of a multipart answer, each of its announced length where it has one. */
export async function partsOf(response: Response): Promise<readonly AnswerPart[]> {
  const boundary = /boundary="([^"]+)"/.exec(response.headers.get("content-type") ?? "")?.[1];
  const body = Buffer.from(await response.arrayBuffer());
  const parts: AnswerPart[] = [];
  const mark = Buffer.from(`\r\n--${boundary}`);
  for (
    let at = body.indexOf(mark);
    at >= 0 && body.toString("latin1", at + mark.length, at + mark.length + 2) !== "--";
  ) {
    const start = body.indexOf("\r\n\r\n", at + mark.length) + 4;
    const head = body.toString("latin1", at, start);
    const announced = /content-length: (\d+)/i.exec(head)?.[1];
    const length = announced === undefined ? body.indexOf(mark, start) - start : Number(announced);
    parts.push({
      contentType: /content-type: (.*)\r\n/i.exec(head)?.[1] ?? "",
      bytes: body.subarray(start, start + length),
    });
    at = body.indexOf(mark, start + length);
    if (at !== start + length) throw new Error("a part is not as long as it says");
  }
  return parts;
}
