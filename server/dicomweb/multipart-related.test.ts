import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DomainError } from "../../core/errors.ts";
import { type MultipartLimits, readMultipartRelated } from "./multipart-related.ts";

interface Part {
  readonly type: string | undefined;
  readonly bytes: Buffer;
  readonly isWhole: boolean;
}

async function* chunks(body: Buffer, sizes: readonly number[]): AsyncIterable<Buffer> {
  let at = 0;
  for (let turn = 0; at < body.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    yield body.subarray(at, at + size);
    at += size;
  }
}

async function read(body: Buffer, sizes: readonly number[] = [65536], limits?: MultipartLimits) {
  const parts: { type: string | undefined; chunks: Buffer[]; isWhole: boolean }[] = [];
  const end = await readMultipartRelated(
    chunks(body, sizes),
    "b-1",
    async ({ contentType }) => {
      const part = { type: contentType?.type, chunks: [] as Buffer[], isWhole: false };
      parts.push(part);
      return {
        write: async (chunk) => void part.chunks.push(Buffer.from(chunk)),
        end: async () => {
          part.isWhole = true;
        },
      };
    },
    limits,
  );
  const whole = parts.map(
    (part): Part => ({ type: part.type, bytes: Buffer.concat(part.chunks), isWhole: part.isWhole }),
  );
  return { end, parts: whole };
}

const part = (bytes: Buffer, header = "Content-Type: application/dicom\r\n") =>
  Buffer.concat([Buffer.from(`\r\n--b-1\r\n${header}\r\n`), bytes]);
const CLOSE = Buffer.from("\r\n--b-1--\r\n");

describe("multipart/related", () => {
  it("reads parts with and without preamble, header and epilogue", async () => {
    const body = Buffer.concat([
      Buffer.from("--b-1 \t\r\ncontent-type: Application/DICOM; a=b\r\nX: 1\r\n\r\none"),
      part(Buffer.from("two"), ""),
      part(Buffer.alloc(0)),
      CLOSE,
      Buffer.from("--b-1\r\n\r\nnot a part"),
    ]);
    for (const sizes of [[65536], [1], [7]]) {
      const { end, parts } = await read(body, sizes);
      expect(end).toBe("complete");
      expect(parts.map((p) => [p.type, p.bytes.toString(), p.isWhole])).toEqual([
        ["application/dicom", "one", true],
        [undefined, "two", true],
        ["application/dicom", "", true],
      ]);
    }
    expect((await read(Buffer.concat([Buffer.from("preamble"), part(Buffer.from("x")), CLOSE]))).parts).toHaveLength(1);
  });

  it("law: any contents, however cut into chunks, come out as they went in", async () => {
    // bytes that look like boundaries are frequent on purpose; a real one cannot occur, as every sender makes sure
    const tricky = fc.constantFrom("\r", "\n", "\r\n", "-", "--", "\r\n--b-", "\r\n--b-2", "b-1", "x");
    const content = fc.array(tricky, { maxLength: 12 }).map((pieces) => pieces.join(""));
    const contents = fc.array(
      content.filter((text) => !`${text}\r\n`.includes("\r\n--b-1")),
      { minLength: 1, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(contents, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), async (texts, sizes) => {
        const { end, parts } = await read(
          Buffer.concat([...texts.map((text) => part(Buffer.from(text))), CLOSE]),
          sizes,
        );
        expect(end).toBe("complete");
        expect(parts.map((p) => p.bytes.toString())).toEqual(texts);
      }),
      { numRuns: 300 },
    );
  });

  it("law: any bytes at all give an end or a domain error", async () => {
    const pieces = fc.constantFrom("\r\n--b-1", "--", "\r\n", "\r\n\r\n", "Content-Type:", "\0", "é", " ");
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 20 }), fc.integer({ min: 1, max: 9 }), async (all, size) => {
        const outcome = await read(Buffer.from(all.join("")), [size]).then(
          (result) => result.end,
          (error: DomainError) => error.code,
        );
        expect(["complete", "broken-off", "request-invalid"]).toContain(outcome);
      }),
      { numRuns: 500 },
    );
  });

  it("leaves the last part without its end when the body breaks off", async () => {
    const { end, parts } = await read(Buffer.concat([part(Buffer.from("one")), part(Buffer.from("tw"))]));
    expect(end).toBe("broken-off");
    expect(parts.map((p) => p.isWhole)).toEqual([true, false]);
  });

  it("refuses what is not multipart, long headers and too many parts", async () => {
    await expect(read(Buffer.from("hello"))).rejects.toThrow("request-invalid");
    await expect(read(Buffer.concat([part(Buffer.from("x")), Buffer.from("\r\n--b-1oops\r\n")]))).rejects.toThrow(
      "request-invalid",
    );
    const limits = { headerBytes: 100, parts: 2 };
    await expect(read(part(Buffer.from("x"), `A: ${"a".repeat(200)}\r\n`), [10], limits)).rejects.toThrow("too-large");
    await expect(read(Buffer.concat(Array(3).fill(part(Buffer.from("x")))), [10], limits)).rejects.toThrow("too-large");
  });

  it("holds back the reading while a part waits", async () => {
    let taken = 0;
    let release: () => void = () => undefined;
    async function* body(): AsyncIterable<Buffer> {
      yield part(Buffer.alloc(0));
      for (let i = 0; i < 100; i++) {
        taken += 1;
        yield Buffer.alloc(1000);
      }
      yield CLOSE;
    }
    const reading = readMultipartRelated(body(), "b-1", async () => ({
      write: () => (taken < 3 ? Promise.resolve() : new Promise((resolve) => (release = resolve))),
      end: async () => undefined,
    }));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(taken).toBe(3);
    taken = -1000;
    release();
    expect(await reading).toBe("complete");
  });
});
