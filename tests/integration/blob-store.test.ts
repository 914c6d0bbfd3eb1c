import { spawnSync } from "node:child_process";
import { createCipheriv, createHash } from "node:crypto";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { readdir, rename } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { DomainError, type ErrorCode } from "../../core/errors.ts";
import { openFileBlobStore } from "../../core/infra/blob/file-blob-store.ts";
import { openBlobStore, openColdStore, sweepLeftovers } from "../../core/infra/blob/open-blob-store.ts";
import { openS3BlobStore } from "../../core/infra/blob/s3-blob-store.ts";
import { type S3Settings, s3Connection } from "../../core/infra/blob/s3-connection.ts";
import { coldBlobStore } from "../../core/infra/blob/tiered-blob-store.ts";
import type { BlobStore, BlobWriter, ByteRange } from "../../core/ports.ts";
import { openS3Line, type S3Line } from "../support/s3-line.ts";
import { type S3Server, s3ServerMissing, startS3Server } from "../support/s3-server.ts";
import { createTestDataFolder } from "../support/test-data-folder.ts";

const MIB = 1024 * 1024;
/** S3's least part: where the S3 adapter goes from one PUT to a multipart upload. */
const PART = 5 * MIB;
const ABSENT = "0a/0a1b2c3d-0000-4000-8000-000000000000";

/** Bytes without a pattern that could hide a part in the wrong place; the same for the same seed. */
function bytesOf(length: number, seed = 1): Buffer {
  return createCipheriv("aes-128-ctr", Buffer.alloc(16, seed), Buffer.alloc(16)).update(Buffer.alloc(length));
}

/** In pieces of a size that divides nothing. */
async function writeAll(writer: BlobWriter, bytes: Buffer, piece = 77_777): Promise<void> {
  for (let at = 0; at < bytes.length; at += piece) await writer.write(bytes.subarray(at, at + piece));
}

async function store(blobs: BlobStore, bytes: Buffer): Promise<string> {
  const writer = await blobs.create();
  await writeAll(writer, bytes);
  await writer.seal();
  return writer.key;
}

async function readStream(blobs: BlobStore, key: string, range?: ByteRange): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of await blobs.open(key, range)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function keysOf(blobs: BlobStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of blobs.keys()) keys.push(key);
  return keys.sort();
}

async function expectFault(work: Promise<unknown> | null, code: ErrorCode): Promise<void> {
  const fault = await work?.then(
    () => null,
    (error) => error,
  );
  expect(fault).toBeInstanceOf(DomainError);
  expect(fault.code).toBe(code);
}

/** `toEqual` on megabytes would print them. */
function expectSame(got: Buffer, wanted: Buffer): void {
  expect(got.length).toBe(wanted.length);
  expect(got.equals(wanted)).toBe(true);
}

interface TestedStore {
  readonly blobs: BlobStore;
  /** What is kept of blobs that are not sealed. */
  unfinished(): Promise<readonly string[]>;
}

/** What every adapter of the port does. */
function conformance(open: () => Promise<TestedStore>): void {
  let tested: TestedStore;
  let blobs: BlobStore;
  beforeAll(async () => {
    tested = await open();
    blobs = tested.blobs;
  });

  test.each([1, PART - 1, PART, PART + 1, 2 * PART, 2 * PART + 1])(
    "gives back %i bytes as they were",
    async (length) => {
      const bytes = bytesOf(length);
      const key = await store(blobs, bytes);
      expect(await blobs.size(key)).toBe(length);
      expectSame(await blobs.read(key), bytes);
      expectSame(await readStream(blobs, key), bytes);
      expect(await tested.unfinished()).toEqual([]);
    },
  );

  test("takes a piece that is longer than a part, and pieces of nothing", async () => {
    const bytes = bytesOf(2 * PART + 123);
    const writer = await blobs.create();
    for (const piece of [Buffer.alloc(0), bytes, Buffer.alloc(0)]) await writer.write(piece);
    await writer.seal();
    expectSame(await blobs.read(writer.key), bytes);
  });

  test("refuses a blob of nothing", async () => {
    const before = await keysOf(blobs);
    await expectFault((await blobs.create()).seal(), "storage-failed");
    const writer = await blobs.create();
    await writer.write(Buffer.alloc(0));
    await expectFault(writer.seal(), "storage-failed");
    expect(await keysOf(blobs)).toEqual(before);
    expect(await tested.unfinished()).toEqual([]);
  });

  test("streams 40 MiB through one piece of memory, and holds little of it", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage: () => void = runInNewContext("gc");
    const held = () => {
      collectGarbage();
      return process.memoryUsage().arrayBuffers;
    };
    const cipher = createCipheriv("aes-128-ctr", Buffer.alloc(16, 7), Buffer.alloc(16));
    const hash = createHash("sha256");
    const nothing = Buffer.alloc(64 * 1024);
    const before = held();
    let most = 0;

    const writer = await blobs.create();
    for (let i = 1; i <= 640; i++) {
      const piece = cipher.update(nothing);
      hash.update(piece);
      await writer.write(piece);
      if (i % 40 === 0) most = Math.max(most, held() - before);
    }
    await writer.seal();
    const readBack = createHash("sha256");
    let length = 0;
    let nextLook = 0;
    for await (const chunk of await blobs.open(writer.key)) {
      readBack.update(chunk);
      length += chunk.length;
      if (length < nextLook) continue;
      nextLook += 4 * MIB;
      most = Math.max(most, held() - before);
    }

    expect(length).toBe(40 * MIB); // 640 × 64 KiB
    expect(readBack.digest("hex")).toBe(hash.digest("hex"));
    expect(most).toBeLessThan(16 * MIB); // two parts of 5 MiB, and what sockets and streams hold
  });

  test("gives ranges", async () => {
    const bytes = bytesOf(PART + MIB);
    const key = await store(blobs, bytes);
    const end = bytes.length;
    const ranges: readonly ByteRange[] = [
      { start: 0, end: 1 },
      { start: 0, end: 132 },
      { start: 1000, end: 1001 },
      { start: PART - 10, end: PART + 10 }, // across two parts
      { start: end - 5, end },
      { start: 0, end },
      { start: end - 5, end: end + 100 }, // over the end: what there is
      { start: 7, end: Number.POSITIVE_INFINITY },
      { start: end, end: end + 10 }, // behind the end: nothing
      { start: end + 10, end: end + 20 },
      { start: 0, end: 0 },
      { start: 100, end: 100 },
    ];
    for (const range of ranges) {
      const wanted = bytes.subarray(range.start, Math.min(range.end, end));
      expectSame(await blobs.read(key, range), wanted);
      expectSame(await readStream(blobs, key, range), wanted);
    }
  });

  test("keeps writers apart that write at the same time", async () => {
    const all = Array.from({ length: 8 }, (_, i) => bytesOf(300_000 + i, i + 1));
    const keys = await Promise.all(all.map((bytes) => store(blobs, bytes)));
    expect(new Set(keys).size).toBe(8);
    const back = await Promise.all(keys.map((key) => blobs.read(key)));
    for (const [i, bytes] of all.entries()) expectSame(back[i] ?? Buffer.alloc(0), bytes);
  });

  test("shows nothing of a blob before it is sealed, and nothing after it is discarded", async () => {
    const before = await keysOf(blobs);
    const writer = await blobs.create();
    await writeAll(writer, bytesOf(2 * PART + MIB));
    for (const _ of ["written", "discarded"]) {
      await expectFault(blobs.read(writer.key), "not-found");
      await expectFault(blobs.open(writer.key), "not-found");
      await expectFault(blobs.size(writer.key), "not-found");
      expect(await keysOf(blobs)).toEqual(before);
      await writer.discard();
    }
    expect(await tested.unfinished()).toEqual([]);
    await expectFault(writer.write(Buffer.from("late")), "storage-failed");
    await expectFault(writer.seal(), "storage-failed");
    expect(await tested.unfinished()).toEqual([]);
  });

  test("discards what was never written, and twice", async () => {
    const writer = await blobs.create();
    await writer.discard();
    await writer.discard();
    await expectFault(blobs.size(writer.key), "not-found");
  });

  test.each([1000, PART + 1])("discards a blob of %i bytes that is sealed already", async (length) => {
    const writer = await blobs.create();
    await writeAll(writer, bytesOf(length));
    await writer.seal();
    await writer.discard();
    await expectFault(blobs.read(writer.key), "not-found");
    expect(await keysOf(blobs)).not.toContain(writer.key);
  });

  test.each([1000, PART + 1])("seals %i bytes twice without harm, and takes no more", async (length) => {
    const bytes = bytesOf(length);
    const writer = await blobs.create();
    await writeAll(writer, bytes);
    await writer.seal();
    await writer.seal();
    await expectFault(writer.write(Buffer.from("more")), "storage-failed");
    await writer.seal();
    expectSame(await blobs.read(writer.key), bytes);
  });

  test("says not-found of what is not there, also of a range; deleting it is no error", async () => {
    await expectFault(blobs.read(ABSENT), "not-found");
    await expectFault(blobs.read(ABSENT, { start: 5, end: 10 }), "not-found");
    await expectFault(blobs.read(ABSENT, { start: 0, end: 0 }), "not-found");
    await expectFault(blobs.open(ABSENT), "not-found");
    await expectFault(blobs.open(ABSENT, { start: 5, end: 10 }), "not-found");
    await expectFault(blobs.size(ABSENT), "not-found");
    await blobs.delete(ABSENT);
    const key = await store(blobs, bytesOf(10));
    await blobs.delete(key);
    await blobs.delete(key);
    await expectFault(blobs.read(key), "not-found");
  });

  test.each([
    "",
    "/",
    "..",
    "../../../etc/passwd",
    "/etc/passwd",
    "0a/../../../../etc/passwd",
    `${ABSENT}/x`,
    `${ABSENT}\n`,
    `${ABSENT}?uploads`,
    `../${ABSENT}`,
    ABSENT.toUpperCase(),
    ABSENT.replace("/", "%2f"),
    `0a/${"-".repeat(36)}\0`,
  ])("takes %j for the key of no blob", async (key) => {
    await expectFault(blobs.read(key), "not-found");
    await expectFault(blobs.open(key), "not-found");
    await expectFault(blobs.size(key), "not-found");
    await blobs.delete(key);
  });

  test("names every key once", async () => {
    const before = await keysOf(blobs);
    const added: string[] = [];
    // more than two pages of the test server, which gives 20 keys a page
    for (let i = 0; i < 45; i++) added.push(await store(blobs, Buffer.from([i])));
    const gone = added.pop() ?? "";
    await blobs.delete(gone);
    expect(await keysOf(blobs)).toEqual([...before, ...added].sort());
  });
}

async function incomingFiles(folder: string): Promise<string[]> {
  const entries = await readdir(path.join(folder, "incoming"), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

describe("a cold store", () => {
  conformance(async () => {
    const root = await createTestDataFolder();
    return { blobs: coldBlobStore(await openFileBlobStore(root)), unfinished: () => incomingFiles(root) };
  });
});

describe("two stores as one", () => {
  async function openTwo() {
    const [dataDir, coldDir] = await Promise.all([createTestDataFolder(), createTestDataFolder()]);
    const where = { s3: undefined, dataDir, cold: { dataDir: coldDir, s3: undefined } } as const;
    const cold = await openColdStore(where);
    if (!cold) throw new Error("a cold store");
    return { where, blobs: await openBlobStore(where), cold };
  }
  conformance(async () => {
    const { where, blobs } = await openTwo();
    return { blobs, unfinished: () => incomingFiles(where.dataDir) };
  });

  test("the key says where a blob lies: each is read, listed once and deleted where it is", async () => {
    const { blobs, cold } = await openTwo();
    const [hotKey, coldKey] = [await store(blobs, bytesOf(1000)), await store(cold, bytesOf(2000, 2))];
    expect(coldKey).toMatch(/^cold\/[0-9a-f]{2}\//);
    expectSame(await blobs.read(coldKey, { start: 10, end: 20 }), bytesOf(2000, 2).subarray(10, 20));
    expectSame(await readStream(blobs, coldKey), bytesOf(2000, 2));
    expect(await blobs.size(hotKey)).toBe(1000);
    expect(await keysOf(blobs)).toEqual([hotKey, coldKey].sort());
    await expectFault(cold.read(hotKey), "not-found");
    await expectFault(blobs.read(`cold/${hotKey}`), "not-found");
    await blobs.delete(coldKey);
    await expectFault(blobs.read(coldKey), "not-found");
    expectSame(await blobs.read(hotKey), bytesOf(1000));
  });

  test("a marked blob in the cold store that no row names is swept; one that a row names stays", async () => {
    const { where, cold } = await openTwo();
    const [left, named] = [await cold.create({ marked: true }), await cold.create({ marked: true })];
    for (const writer of [left, named]) {
      await writer.write(bytesOf(100));
      await writer.seal();
    }
    const twoHoursLater = () => Date.now() + 2 * 3600 * 1000;
    await sweepLeftovers(where, async (keys) => new Set(keys.filter((key) => key === named.key)), twoHoursLater);
    await expectFault(cold.read(left.key), "not-found");
    expectSame(await cold.read(named.key), bytesOf(100));
  });
});

describe("files", () => {
  conformance(async () => {
    const folder = await createTestDataFolder();
    return { blobs: await openFileBlobStore(folder), unfinished: () => incomingFiles(folder) };
  });

  test("what a crash left is swept before the start, what was sealed stays", async () => {
    const settings = { s3: undefined, dataDir: await createTestDataFolder() };
    const blobs = await openBlobStore(settings);
    const bytes = bytesOf(2 * MIB);
    const key = await store(blobs, bytes);
    const broken = await blobs.create();
    await writeAll(broken, bytes);
    expect(await incomingFiles(settings.dataDir)).toHaveLength(1);

    const [named, unnamed] = [await blobs.create({ marked: true }), await blobs.create({ marked: true })];
    for (const marked of [named, unnamed]) await writeAll(marked, bytes).then(() => marked.seal());

    const sweep = () => sweepLeftovers(settings, async () => new Set([named.key]), Date.now);
    await sweep(); // this process lives, and may be writing it
    expect(await incomingFiles(settings.dataDir)).toHaveLength(3);

    const incoming = path.join(settings.dataDir, "incoming");
    const [folder = ""] = await readdir(incoming);
    const ended = spawnSync("true").pid;
    await rename(path.join(incoming, folder), path.join(incoming, folder.replace(`~${process.pid}~`, `~${ended}~`)));
    await sweep();
    expect(await readdir(incoming)).toEqual([]);

    const reopened = await openBlobStore(settings);
    expect(await keysOf(reopened)).toEqual([key, named.key].toSorted());
    expectSame(await reopened.read(key), bytes);
    expectSame(await reopened.read(named.key), bytes);
  });

  const disk = tinyDisk(4 * MIB);
  afterAll(() => disk.close());

  describe.skipIf(disk.missing !== null)(`on a full disk${disk.missing ? ` (skipped: ${disk.missing})` : ""}`, () => {
    test("says storage-full, leaves nothing behind, and works again when there is room", async () => {
      const blobs = await openFileBlobStore(disk.folder);
      const first = await store(blobs, bytesOf(2 * MIB));

      const writer = await blobs.create();
      await expectFault(writeAll(writer, bytesOf(6 * MIB, 2)), "storage-full"); // 2 + 6 > 4 MiB
      await expectFault(writer.write(Buffer.alloc(10)), "storage-full");
      await expectFault(writer.seal(), "storage-full");
      expect(await incomingFiles(disk.folder)).toEqual([]);
      await writer.discard();

      const sealing = await blobs.create();
      // 2 + 2 MiB and what folders take: the last piece is written by seal, and finds no room
      await expectFault(
        writeAll(sealing, bytesOf(2 * MIB + 100_000, 3)).then(() => sealing.seal()),
        "storage-full",
      );
      await sealing.discard();
      expect(await incomingFiles(disk.folder)).toEqual([]);
      expect(await keysOf(blobs)).toEqual([first]);

      await blobs.delete(first);
      const bytes = bytesOf(3 * MIB, 4);
      expectSame(await blobs.read(await store(blobs, bytes)), bytes);
    });
  });
});

/**
 * A file system of so many bytes. It is taken off its folder at once and lives on by the open handle alone, so that it is
 * gone when this process is, however it ends.
 */
function tinyDisk(bytes: number): { readonly folder: string; readonly missing: string | null; close(): void } {
  const none = (missing: string) => ({ folder: "", missing, close: () => undefined });
  if (process.platform !== "linux") return none("needs Linux");
  const folder = mkdtempSync(path.join(tmpdir(), "hub-test-disk-"));
  const mounted = spawnSync("/bin/mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", folder]);
  if (mounted.status !== 0) {
    rmSync(folder, { recursive: true });
    return none("this account may not mount");
  }
  const handle = openSync(folder, "r");
  spawnSync("/bin/umount", ["--lazy", folder]);
  rmSync(folder, { recursive: true });
  return { folder: `/proc/${process.pid}/fd/${handle}`, missing: null, close: () => closeSync(handle) };
}

describe.skipIf(s3ServerMissing !== null)(`S3${s3ServerMissing ? ` (skipped: ${s3ServerMissing})` : ""}`, () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3Server();
  });
  afterAll(() => server?.stop());

  const unfinishedIn = async (settings: S3Settings) => {
    const { client, bucket } = s3Connection(settings);
    const { uploads, prefixes } = await client.listIncompleteUploadsQuery(bucket, "", "", "", "/");
    return [...uploads.map(({ key }) => key), ...prefixes.map(({ prefix }) => prefix)];
  };

  describe("an open store", () => {
    conformance(async () => {
      const settings = server.settings("conformance");
      return { blobs: await openBlobStore({ s3: settings, dataDir: "" }), unfinished: () => unfinishedIn(settings) };
    });
  });

  /** A store behind a line that can be disturbed, and one that looks from the server's side. */
  async function behindLine(bucket: string, idleMs = 5_000) {
    const settings = server.settings(bucket);
    const direct = await openS3BlobStore(settings);
    const line: S3Line = await openS3Line(server.port);
    onTestFinished(() => line.close());
    const blobs = await openS3BlobStore({ ...settings, endpoint: line.endpoint }, { attempts: 4, pauseMs: 40, idleMs });
    return { settings, direct, line, blobs };
  }

  test("makes the bucket once, though two processes open it at the same time", async () => {
    const settings = server.settings("made-once");
    const [one, other] = await Promise.all([openS3BlobStore(settings), openS3BlobStore(settings)]);
    const key = await store(one, bytesOf(100));
    expectSame(await other.read(key), bytesOf(100));
  });

  test("names only its own keys in a bucket that holds other things", async () => {
    const settings = server.settings("shared");
    const blobs = await openS3BlobStore(settings);
    await s3Connection(settings).client.putObject("shared", "readme.txt", "not a blob");
    const key = await store(blobs, bytesOf(100));
    expect(await keysOf(blobs)).toEqual([key]);
  });

  test("a wrong secret or an unknown key is storage-failed", async () => {
    const settings = server.settings("closed");
    await expectFault(openS3BlobStore({ ...settings, secretKey: "wrong" }), "storage-failed");
    await expectFault(openS3BlobStore({ ...settings, accessKey: "unknown" }), "storage-failed");
  });

  test("a server that is not there is storage-failed", async () => {
    const port = await freePort();
    const settings = { ...server.settings("nowhere"), endpoint: `http://127.0.0.1:${port}` };
    await expectFault(openS3BlobStore(settings, { attempts: 2, pauseMs: 10, idleMs: 1000 }), "storage-failed");
  });

  test.each(["cut", "silent"] as const)(
    "a line that is %s in mid-upload is storage-failed and leaves nothing to be seen",
    async (state) => {
      const { settings, direct, line, blobs } = await behindLine(`line-${state}`, 1000);
      for (const length of [2 * PART + MIB, MIB]) {
        line.set("open");
        const writer = await blobs.create();
        void line.setAfter(Math.min(length - 100_000, PART + MIB), state);
        await expectFault(
          writeAll(writer, bytesOf(length)).then(() => writer.seal()),
          "storage-failed",
        );
        await expectFault(writer.write(Buffer.from("more")), "storage-failed");
        await expectFault(writer.seal(), "storage-failed");
        await writer.discard();
        await expectFault(direct.read(writer.key), "not-found");
      }
      expect(await keysOf(direct)).toEqual([]);

      const none = async () => new Set<string>();
      // the server could not be told: the long one's upload is there until the sweep of the day after
      line.set("open");
      expect(await unfinishedIn(settings)).toHaveLength(1);
      await sweepLeftovers({ s3: settings, dataDir: "" }, none, Date.now);
      expect(await unfinishedIn(settings)).toHaveLength(1);
      const dayAndHourLater = () => Date.now() + 25 * 3600 * 1000;
      await sweepLeftovers({ s3: settings, dataDir: "" }, none, dayAndHourLater);
      expect(await unfinishedIn(settings)).toEqual([]);
      expectSame(await direct.read(await store(blobs, bytesOf(1000))), bytesOf(1000));
    },
  );

  test.each([MIB, 2 * PART + MIB])("a line that breaks for a moment costs nothing: %i bytes", async (length) => {
    const { direct, line, blobs } = await behindLine("moment");
    const bytes = bytesOf(length);
    const writer = await blobs.create();
    const mended = line
      .setAfter(length / 2, "cut")
      .then(() => pause(100)) // the attempts go on for 40 + 80 + 160 ms, each a quarter more or less
      .then(() => line.set("open"));
    await writeAll(writer, bytes);
    await Promise.all([writer.seal(), mended]);
    expectSame(await direct.read(writer.key), bytes);
  });

  test.each([
    ["a PUT", MIB, /^PUT /],
    ["a part", PART + 1, /^PUT .*partNumber=1/],
    ["the completion", PART + 1, /^POST .*uploadId=/],
  ] as const)("the answer to %s is lost on its way: the blob is stored all the same", async (_, length, request) => {
    const { settings, direct, line, blobs } = await behindLine("lost-answers");
    const bytes = bytesOf(length);
    const writer = await blobs.create();
    line.loseAnswersTo(request);
    await writeAll(writer, bytes);
    await writer.seal();
    expectSame(await direct.read(writer.key), bytes);
    expect(await unfinishedIn(settings)).toEqual([]);
  });

  test("the completion is answered into the void, and the server forgets the upload: the blob is stored", async () => {
    const { direct, line, blobs } = await behindLine("lost-and-forgotten");
    const bytes = bytesOf(PART + 1);
    line.loseAnswersTo(/^POST .*uploadId=/);
    // Swift knows it for a while; Ceph does not
    const body = "<Error><Code>NoSuchUpload</Code></Error>";
    const forgotten = `HTTP/1.1 404 Not Found\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    line.rewriteAnswers(/^HTTP[\s\S]*<CompleteMultipartUploadResult[\s\S]*$/, forgotten);
    expectSame(await direct.read(await store(blobs, bytes)), bytes);
  });

  test.each([MIB, PART + MIB])(
    "%i bytes that are damaged on their way are sent again, and never stored",
    async (length) => {
      const { settings, direct, line, blobs } = await behindLine("damaged");
      const before = await keysOf(direct);
      const bytes = bytesOf(length);
      line.spoil(1);
      const key = await store(blobs, bytes);
      expectSame(await direct.read(key), bytes);

      line.spoil(Number.POSITIVE_INFINITY);
      await expectFault(store(blobs, bytes), "storage-failed");
      expect(await keysOf(direct)).toEqual([...before, key].sort());
      expect(await unfinishedIn(settings)).toEqual([]);
    },
  );

  test.each([
    [1000, /(?<=^etag: ")[0-9a-f]{6}/im], // the first digits of the MD5 in the answer to a PUT
    [PART + 1, /(?<=<ETag>(?:"|&quot;))[0-9a-f]{6}/], // and of a completion
  ])("an object of %i bytes that the server has under another checksum is taken back", async (length, digits) => {
    const { direct, line, blobs } = await behindLine("other-checksum");
    const before = await keysOf(direct);
    line.rewriteAnswers(digits, "zzzzzz");
    await expectFault(store(blobs, bytesOf(length)), "storage-failed");
    expect(await keysOf(direct)).toEqual(before);
  });

  test("no room in the bucket is storage-full and leaves nothing", async () => {
    const settings = server.settings("small");
    const blobs = await openS3BlobStore(settings);
    const key = await store(blobs, bytesOf(1000));
    await server.setQuota("small", 100_000);
    await expectFault(store(blobs, bytesOf(200_000)), "storage-full");
    expect(await keysOf(blobs)).toEqual([key]);
    expectSame(await blobs.read(await store(blobs, bytesOf(90_000))), bytesOf(90_000)); // 1000 + 90,000 < 100,000
  });

  test("a reader who takes his time gets everything", async () => {
    const { blobs, direct } = await behindLine("slow-reader", 1000);
    const bytes = bytesOf(12 * MIB);
    const key = await store(direct, bytes);
    const hash = createHash("sha256");
    let length = 0;
    for await (const chunk of await blobs.open(key)) {
      if (length === 0) await pause(3000); // three times what a server may be silent
      hash.update(chunk);
      length += chunk.length;
    }
    expect(length).toBe(bytes.length);
    expect(hash.digest("hex")).toBe(createHash("sha256").update(bytes).digest("hex"));
  });

  test("a line that breaks in mid-answer: a read comes again, a stream says so", async () => {
    const { line, blobs } = await behindLine("broken-answers");
    const bytes = bytesOf(4 * MIB);
    const key = await store(blobs, bytes);
    const stream = await blobs.open(key);
    line.set("cut");
    await expect(
      (async () => {
        for await (const _ of stream);
      })(),
    ).rejects.toThrow();
    const mended = pause(60).then(() => line.set("open"));
    expectSame(await blobs.read(key), bytes);
    await mended;
    line.set("cut");
    await expectFault(blobs.read(key), "storage-failed");
    await expectFault(blobs.open(key), "storage-failed");
    await expectFault(blobs.size(key), "storage-failed");
    await expectFault(blobs.delete(key), "storage-failed");
    await expectFault(keysOf(blobs), "storage-failed");
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
